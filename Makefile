# Targets are what they say; `make` builds. .ci/run runs all checks.
VERSION := $(shell sed -n 's/^const Version = "\(.*\)"/\1/p' internal/program/version.go)
# The programs, and where each lies: release/programs/programs.txt.
TABLE    := $(shell release/programs/list)
PROGRAMS := $(filter tap-%,$(TABLE))
FOLDERS  := $(filter ./%,$(TABLE))
# What --version tells. Given, it must be what git would say.
COMMIT  ?= $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)

.PHONY: build test vet nightly fuzz mutants interop interop-all image image-test release wheels bench profile ci clean

build: # each program as one static binary, all by the profile of the row path, which they share
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -pgo=default.pgo -ldflags '-s -w -X tap-reprise/internal/program.commit=$(COMMIT)' -o ./ $(FOLDERS)

test:
	go test ./...

vet:
	.ci/run vet

nightly: # the largest of everything, once before a release: all seeds, 10⁷ events, every guard removed; an hour or two
	go test -tags full -timeout 3h ./...
	go test ./streams/reprise/simulation -full -draws 20 -timeout 3h
	go test -tags full ./streams/rybbit/simulation -full -draws 3 -timeout 3h
	go test ./internal/ledger -run Property -steps 20000000 -timeout 3h
	go test ./internal/ledger -run Costs -costs -timeout 1h
	$(MAKE) mutants

fuzz: # every fuzz target for a long while; FUZZRUNS=10000 is what .ci/run does
	FUZZRUNS=$${FUZZRUNS:-200000} .ci/run fuzz

mutants: # each guard of the ledger removed in turn; its tests must fail
	go test ./internal/ledger -run Mutants -mutate -timeout 60m

interop: # PostgreSQL, Kubernetes, Meltano, PyAirbyte, JSON lines, Airbyte's own tests
	interop/run

interop-all: # every client
	interop/run --all

image: build # each program's, with docker, or buildah where docker has no daemon
	@if docker info >/dev/null 2>&1; then set -- docker build; \
	elif command -v buildah >/dev/null; then set -- buildah bud; \
	else echo "image: there is no docker whose daemon answers (docker info), and no buildah" >&2; exit 1; fi; \
	echo "image: built by $$1"; \
	for system in $(PROGRAMS:tap-%=%); do \
		"$$@" --build-arg SYSTEM=$$system --build-arg VERSION=$(VERSION:v%=%) -t source-$$system:$(VERSION:v%=%) . || exit; \
	done

image-test: build
	interop/image_test $(PROGRAMS)

release: # everything that users install, in dist/; the same bytes wherever it is made
	rm -rf dist
	go run ./release -commit "$(COMMIT)" dist

wheels: release # the Python packages are made along
	@ls dist/*.whl

ci:
	.ci/run

bench: # cost against rivals; ends non-zero where a gate is missed
	go run ./bench

profile: # default.pgo, by which the compiler inlines the row path: from its benchmarks, after it has changed
	CGO_ENABLED=0 go test -c -trimpath -o /tmp/rows.test ./internal/rows
	cd internal/rows && /tmp/rows.test -test.run '^$$' -test.bench 'Transform|Shapes' -test.benchtime 4s -test.cpu 1 -test.cpuprofile rows.pprof
	go tool pprof -proto internal/rows/rows.pprof >internal/rows/new.pprof && mv internal/rows/new.pprof default.pgo
	rm /tmp/rows.test internal/rows/rows.pprof

clean:
	rm -f $(PROGRAMS)

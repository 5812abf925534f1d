// Command release makes what users install, from a checkout without tags,
// remotes or even git, into an empty folder:
//
//	go run ./release -commit 0123456789ab dist
//
//	programs/programs.txt ── for each program, named tap-X here
//	internal/program ─┬─ version
//	                  └─ for each platform ── go build ── binary ─┬─ tap-X_V_OS_ARCH.tar.gz, .zip on Windows
//	                                                              ├─ tap_X-V-py3-none-PLATFORM.whl
//	                                                              └─ tap-X_V_OS_ARCH.cdx.json
//	                                  all of them ── SHA-256 ── tap-X_V_checksums.txt
//
// Archive and wheel carry the same binary, byte for byte. The one invariant:
// the same commit and the same Go version give the same bytes, wherever they
// are built. So the commit is given, not looked up, and nothing here reads a
// clock, a user, a path or the order of a map. The lists of components also
// name the program that made them by its sum, which differs from one kind of
// building machine to the other.
//
// hub/ has each program's definition for Meltano, made of the table and of the
// program's spec.json: go test ./release -run Hub -update writes them.
package main

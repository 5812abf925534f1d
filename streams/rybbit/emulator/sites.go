package emulator

import (
	"net/http"
	"time"
)

// GET /api/organizations/:org/sites, /api/organizations, /api/sites/:site
//
// Behaviour: the organisation with all of its sites and what it pays.
// sessionsLast24Hours moves by itself. The list of organisations wants a user's
// key (401 for the organisation's own), and its sites have the number as id.
// One site says in isOwner whether the key is a good one, which is how a wrong
// key shows on a public site. The last two are Current's alone.
//
// Source: recorded (*-org-sites*, current-organizations, current-site*).
func sites(s *Server, r *request) *answer {
	org := s.Account.Organisation()
	list := []object{}
	for _, site := range s.Account.siteList() {
		if site.Organisation == org.ID {
			list = append(list, s.siteOfOrganisation(site))
		}
	}
	return s.answer(http.StatusOK, object{
		{"organization", s.organisation(org)}, {"sites", list}, {"subscription", s.subscription()},
	}, len(list))
}

func (s *Server) organisation(org Organisation) object {
	o := object{
		{"id", org.ID}, {"name", org.Name}, {"slug", org.Slug}, {"logo", nil}, {"createdAt", postgresTime(org.Created)},
		{"metadata", nil}, {"stripeCustomerId", nil}, {"monthlyEventCount", 0}, {"overMonthlyLimit", false},
	}
	if s.generation() == Legacy {
		return o.with("planOverride", nil)
	}
	return append(o, member{"approachingLimitNotifiedPeriodStart", nil}, member{"planOverride", nil}, member{"customPlan", nil})
}

func (s *Server) subscription() object {
	o := object{{"monthlyEventCount", 0}, {"eventLimit", nil}, {"overMonthlyLimit", false}, {"planName", "free"}, {"status", "free"}}
	if s.generation() == Legacy {
		return o.with("isPro", false)
	}
	return o
}

// siteOfOrganisation is a site of the list.
func (s *Server) siteOfOrganisation(site *Site) object {
	none := []any{}
	o := object{{"id", site.ID}, {"siteId", site.Number}, {"name", site.Name}}
	if s.generation() == Current {
		o = o.with("type", "web")
	}
	o = append(o, object{
		{"domain", site.Domain}, {"createdAt", postgresTime(site.Created)}, {"updatedAt", postgresTime(site.Created)},
		{"createdBy", site.Owner}, {"organizationId", site.Organisation}, {"public", site.Public},
	}...)
	if s.generation() == Legacy {
		o = append(o, object{{"saltUserIds", false}, {"blockBots", true}, {"excludedIPs", none}, {"excludedCountries", none}}...)
	} else {
		o = append(o, object{
			{"embedEnabled", false}, {"saltUserIds", false}, {"blockBots", true}, {"firstPartyProxy", false}, {"excludedIPs", none},
			{"excludedCountries", none}, {"excludedPaths", none}, {"excludedHostnames", none}, {"excludedUserAgents", none},
		}...)
	}
	o = append(o, tracked(object{{"sessionReplay", false}, {"webVitals", false}, {"trackErrors", false}})...)
	o = o.with("trackIp", false)
	if s.generation() == Legacy {
		o = append(o, member{"apiKey", nil}, member{"privateLinkKey", nil})
	} else {
		o = append(o, object{{"trackButtonClicks", false}, {"trackCopy", false}, {"trackFormInteractions", false}, {"tags", none}}...)
	}
	o = append(o, member{"sessionsLast24Hours", s.lastDay(site.Number)}, member{"isOwner", true})
	if s.generation() == Current {
		o = o.with("teams", none)
	}
	return o
}

// tracked is o with the switches that follow it everywhere.
func tracked(o object) object {
	return append(o, object{{"trackOutbound", true}, {"trackUrlParams", true}, {"trackInitialPageView", true}, {"trackSpaNavigation", true}}...)
}

// lastDay is how many sessions a site had in the last 24 hours.
func (s *Server) lastDay(site int) int {
	now := s.Now()
	recent := s.Account.view(site, now, selection{window: window{now.Add(-24 * time.Hour).Unix(), allHistory.to}})
	return len(groups(recent.events, func(e seen) string { return e.Session }))
}

func oneSite(s *Server, r *request) *answer {
	site := r.site
	o := object{
		{"id", site.ID}, {"siteId", site.Number}, {"name", site.Name}, {"type", "web"}, {"domain", site.Domain},
		{"createdAt", postgresTime(site.Created)}, {"updatedAt", postgresTime(site.Created)}, {"createdBy", site.Owner},
		{"organizationId", site.Organisation}, {"saltUserIds", false}, {"public", site.Public}, {"embedEnabled", false},
		{"blockBots", true}, {"trackIp", false}, {"isOwner", s.reaches(r.key, site.Organisation)},
	}
	o = append(o, tracked(object{{"sessionReplay", false}, {"webVitals", false}, {"trackErrors", false}})...)
	o = append(o, object{{"trackButtonClicks", false}, {"trackCopy", false}, {"trackFormInteractions", false}}...)
	return s.answer(http.StatusOK, o, 1)
}

func organizations(s *Server, r *request) *answer {
	if r.key == nil || r.key.OfOrganisation {
		return s.refuse(http.StatusUnauthorized, "Unauthorized")
	}
	org := s.Account.Organisation()
	list := []object{}
	for _, site := range s.Account.siteList() {
		if !s.reaches(r.key, site.Organisation) {
			continue
		}
		list = append(list, object{
			{"id", printNumber(float64(site.Number))}, {"domain", site.Domain}, {"name", site.Name},
			{"organizationId", site.Organisation}, {"createdBy", site.Owner}, {"public", site.Public},
			{"saltUserIds", false}, {"blockBots", true}, {"createdAt", postgresTime(site.Created)},
		})
	}
	return s.text(http.StatusOK, appendJSON(nil, []object{{
		{"id", org.ID}, {"name", org.Name}, {"slug", org.Slug}, {"logo", nil}, {"createdAt", postgresTime(org.Created)},
		{"role", "owner"}, {"members", []any{}}, {"sites", list},
	}}))
}

// postgresTime prints a time as PostgreSQL does: without zeros at its end.
func postgresTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999") }

// siteList is a copy of the sites.
func (a *Account) siteList() []*Site {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return append([]*Site(nil), a.sites...)
}

package emulator

// Event types of replay_session_activity. Screens and guide steps go with the
// ones that show them.
//
// Source: Reprise Data API, section 4 "replay_session_activity" and
// "replay_metrics".
var eventTypes = []string{
	"new snapshot", "guide view", "guide button click", "guide close click", "Welcome Page", "url view",
	"hotspot view", // one of those that the page leaves unnamed; only AddEvent makes it
}

const (
	newSnapshot = iota
	guideView
	guideButton
	guideClose
	welcomePage
	urlView
)

// interactions are the types that count as one in replay_metrics.
var interactions = map[string]bool{
	"new snapshot": true, "guide button click": true, "Welcome Page": true, "url view": true, "guide close click": true,
}

var buttons = map[string]struct{ text, action string }{
	"guide button click": {"Next →", "next_step"},
	"guide close click":  {"Close", "close"},
}

// Titles with everything that breaks careless code on the way.
var titles = []string{
	"Product tour",
	"Onboarding – Zürich & São Paulo",
	`The "quoted" demo`,
	"Tabs\tand\nline breaks\r\nin a title",
	"Security review </script><!-- ]]>",
	"分析ダッシュボード",
	"Rocket launch 🚀 👩‍👩‍👧‍👦",
	`Back\slash, C:\new\table and / slashes`,
	"Обзор продукта",
	"Line separator \u2028 and paragraph \u2029 inside",
	`{"data": [{"rows": 1}], "meta": []}`,
	"null",
	"It's 100 % \u0001\u001f control\u007f",
	"نظرة عامة",
	"  leading and trailing blanks  ",
}

var linkTitles = []string{
	"Website", "Sales – EMEA", `Campaign "Q3"`, "Partner\tportal", "Follow-up 💌", "Kundenbrief für Größe XL", "https://example.com/a?b=c&d=%20",
}

var guideTexts = []string{
	"Welcome! Let's take a look around.",
	"Click <b>here</b> to open the \"Reports\" page.",
	"First line\nSecond line\n\tindented",
	"Всё готово ✅",
	"C:\\Reports\\2026",
}

var screenTitles = []string{"Home", "Reports", "Reports / Detail", "Settings \"advanced\"", "Users", "Ende 🏁", "Billing", "検索"}

var tagLists = [][]string{
	{}, {"sales"}, {"sales", "Q3, 2026", "new [beta]"}, {`quoted "tag"`, `back\slash`}, {"日本", "🚀"}, {"line\nbreak"},
}

var people = []string{
	"Zoë Müller", "Tim O'Brien", "李小龍", "Анна Каренина", `Bob "Bobby" Tables`, "María-José Núñez", "🦊 Fox", "Jane Doe", "", "Åsa Öberg",
}

var companies = []string{"Example GmbH & Co. KG", "Initech, Inc.", "", "株式会社サンプル", "Fabrikam \"Labs\""}

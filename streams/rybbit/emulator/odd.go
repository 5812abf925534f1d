package emulator

// Values that a generated account draws from. Those that the server turns into
// numbers, or into null, are among them, and those that stay.

type place struct {
	country, region, city string
	lat, lon              float64
}

var places = []place{
	{},
	{"US", "US-CA", "San Francisco", 37.7749, -122.4194},
	{"US", "US-NY", "New York", 40.7128, -74.006},
	{"DE", "DE-BE", "Berlin", 52.5244, 13.4105},
	{"FR", "FR-75C", "01", 48.8534, 2.3487999999999998},
	{"NA", "NA-KH", "Windhoek", -22.5594, 17.0832},
	{"JP", "JP-13", "東京", 35.6895, 139.6917},
	{"BR", "BR-SP", "São Paulo", -23.5475, -46.6361},
	{"GB", "GB-ENG", "London", 51.5074, -0.1278},
}

type screen struct{ path, title string }

var screens = []screen{
	{"/", "Home"}, {"/pricing", "Pricing"}, {"/docs", "Docs"}, {"/docs/api", "Docs/Api"}, {"/404", "404"}, {"/1e5", "1e5"},
	{"/blog/été", "Blog – été"}, {"/a b", "007"}, {"/%E6%97%A5", "%E6%97%A5"}, {"/signup", "Signup"}, {"/checkout", ""},
}

type origin struct{ referrer, channel, query string }

var origins = []origin{
	{"", "Direct", ""},
	{"", "Direct", ""},
	{"https://www.google.com/", "Organic Search", ""},
	{"https://news.ycombinator.com/item?id=1", "Referral", "?utm_source=%20&utm_term=Infinity"},
	{"https://t.co/x", "Organic Social", "?utm_source=partner&utm_campaign=1e5&utm_content=0x1F"},
	{"", "Email", "?utm_source=newsletter&utm_medium=email&utm_campaign=007"},
	{"https://www.bing.com/", "Paid Search", "?utm_source=google&utm_medium=cpc&utm_campaign=brand"},
	{"", "Direct", "?utm_source=a&utm_campaign=true&utm_content=-0"},
	{"https://t.co/x", "Organic Social", "?utm_source=b%C3%BCcher&utm_campaign=%2B1&utm_content=1_000"},
	{"https://www.bing.com/", "Organic Search", "?utm_source=12345678901234567890&utm_term=null&utm_content=NaN"},
	{"", "Direct", "?utm_source=0b101&utm_medium=1.50&utm_campaign=-Infinity"},
}

type machine struct {
	kind, browser, version, system, release string
	width, height                           int
}

var machines = []machine{
	{"Desktop", "Chrome", "141.0", "Windows", "10", 1920, 1080},
	{"Desktop", "Firefox", "143.0", "Linux", "", 1440, 900},
	{"Desktop", "Safari", "18.6", "macOS", "10.15", 1440, 900},
	{"Mobile", "Mobile Safari", "26.0", "iOS", "26.0", 390, 844},
	{"Tablet", "", "", "Android", "9", 0, 0},
}

var (
	languages  = []string{"en-US", "de", "fr", "ja", "pt-BR", ""}
	zones      = []string{"America/New_York", "Europe/Berlin", "Asia/Tokyo", ""}
	tags       = []string{"", "", "v1", "007"}
	eventNames = []string{"signup", "purchase", "404", "1e5", "été"}
	propsTexts = []string{
		"", `{"sku":"007","n":5,"price":19.5}`, `{"big":9007199254740993,"flag":true}`, `{"a.b":1,"a":{"c":null}}`,
		`{"deep":{"b":"ß","a":[1,2]}}`, `{"10":"x","9":"y","name":"1e5"}`,
	}
	traitsTexts = []string{
		`{"plan":"pro","seats":68,"vip":true,"tags":["a","b"],"note":"1e5"}`, `{"plan":"trial"}`, `{}`,
		`{"email":"someone@example.com","username":"someone"}`,
	}
	otherTypes = []string{"custom_event", "custom_event", "outbound", "error", "performance", "button_click", "copy", "form_submit", "input_change"}
)

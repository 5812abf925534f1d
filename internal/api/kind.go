package api

import "tap-reprise/internal/program"

// A Kind says what is wrong with an attempt. The table kinds says what follows.
type Kind uint8

const (
	// Broken: an answer that cannot be used, since it is cut, is not JSON, or
	// holds an exception; or none at all.
	Broken Kind = iota

	// Busy: the API asks to come later, or is out of order.
	Busy

	// Paused: the API wants no requests for longer than they may wait.
	Paused

	// TooMuch: the API says that the question or its answer is too large.
	TooMuch

	// TooSlow: the answer did not come in time.
	TooSlow

	// TooLarge: the answer is longer than this program reads.
	TooLarge

	// Unreadable: the answer is whole, but this program cannot read it.
	Unreadable

	// Changed: the answer is whole, but not of the form that earlier ones had.
	Changed

	// Refused: the API does not take the request.
	Refused

	// BadKey: the API does not accept the key or the token.
	BadKey

	// NoAccess: the API accepts the key, but not for this endpoint.
	NoAccess

	// Gone: the API has no such thing, or not any more. Only a Saying makes it.
	Gone

	// Foreign: a page of somebody else than the API.
	Foreign

	// Moved: a redirect to another host.
	Moved

	// Unreached: nothing answers, but that may pass.
	Unreached

	// Barred: nothing answers, and waiting does not change that.
	Barred
)

// A Fault says who can end an error.
type Fault uint8

const (
	Server   Fault = iota // the API, by itself
	Request               // who asks: another question, or another config
	Key                   // who gives the key, or access to it
	Stranger              // who answers in the place of the API
	Way                   // who runs the network between
)

// facts are what follows from a kind.
type facts struct {
	fault   Fault
	again   bool // the same request may succeed later
	smaller bool // a smaller one may succeed at once
	lasts   bool // waiting will hardly help: one more attempt shows
	code    int  // of the program, once the attempts are over
	hint    string
}

const (
	hintLater = "the API did not recover in time; run again later, from the last state"
	hintForm  = "run again; if it lasts, ask the vendor what has changed"
)

var kinds = [...]facts{
	Broken:     {Server, true, false, false, program.ExitRetry, hintLater},
	Busy:       {Server, true, false, false, program.ExitRetry, hintLater},
	Paused:     {Server, false, false, false, program.ExitRetry, "run again, from the last state, when the pause is over"},
	TooMuch:    {Server, true, true, false, program.ExitRetry, hintLater},
	TooSlow:    {Server, true, true, false, program.ExitRetry, hintLater},
	TooLarge:   {Request, true, true, true, program.ExitConfig, "ask for less at once"},
	Unreadable: {Request, true, false, true, program.ExitConfig, "leave out what is asked for here, and ask the vendor what it holds"},
	Changed:    {Server, true, false, false, program.ExitRetry, hintForm},
	Refused:    {Request, false, false, false, program.ExitConfig, "check the config against the API's words"},
	BadKey:     {Key, false, false, false, program.ExitAuth, "check the key"},
	NoAccess:   {Key, false, false, false, program.ExitAuth, "ask who gave the key for access"},
	Gone:       {Request, false, false, false, program.ExitConfig, "it may have been removed; check the config against what is there"},
	Foreign:    {Stranger, true, false, false, program.ExitConfig, "this is "},
	Moved:      {Stranger, true, false, false, program.ExitConfig, "if you trust that address, set it in the config; it may also be "},
	Unreached:  {Way, true, false, false, program.ExitRetry, "run again later; if it lasts: "},
	Barred:     {Way, true, false, true, program.ExitConfig, ""},
}

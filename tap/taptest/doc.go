// Package taptest is the contract that every tap.Source must pass. A source's
// own test calls Run; what fails is named by the sentence that it breaks.
package taptest

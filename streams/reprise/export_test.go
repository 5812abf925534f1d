package reprise

// SetCrowdedBytes changes how much memory may be taken to tell rows apart, until
// the function that it returns is called.
func SetCrowdedBytes(n int) (restore func()) {
	was := crowdedBytes
	crowdedBytes = n
	return func() { crowdedBytes = was }
}

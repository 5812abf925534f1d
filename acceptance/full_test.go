//go:build full && !race

package acceptance

// kills is how often a process is killed, each time after another number of bytes.
const kills = 10

// thorough says whether scripts run to their end, beyond what [!thorough] stops.
const thorough = true

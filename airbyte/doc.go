// Package airbyte is what Airbyte's registry and platform read of the connector:
// its metadata, its page, its icon and the configuration of their acceptance
// tests. The tests beside it run the connector as the platform does.
package airbyte

//go:build tenantry.lambda

package journal

import "context"

// openFile refuses: in AWS Lambda no file outlives the function, and SQLite is left out of its program, of which it would
// be a fifth.
func openFile(_ context.Context, path string, _ Spec) (*Journal, error) {
	return nil, &Error{ErrNoAccess, path, "this program keeps no history in a file", "write journal: dynamodb:TABLE into the configuration, or journal: memory", nil}
}

package awsapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
)

// TableError is a table for the journal that is not there or not as it must be, or that may not be used. It wraps
// plan.ErrNotFound, plan.ErrDiffers, plan.ErrNotReady or plan.ErrDenied.
type TableError struct {
	Name, Region string
	*CallError
}

// Unwrap is the *CallError.
func (e *TableError) Unwrap() error { return e.CallError }

// Hint says what mends it.
func (e *TableError) Hint() string {
	const made = "aws dynamodb create-table --region %s --table-name %s --key-schema AttributeName=journal,KeyType=HASH AttributeName=row,KeyType=RANGE " +
		"--attribute-definitions AttributeName=journal,AttributeType=S AttributeName=row,AttributeType=S --billing-mode PAY_PER_REQUEST --deletion-protection-enabled"
	switch {
	case errors.Is(e, plan.ErrNotFound):
		return fmt.Sprintf("check the name in journal: dynamodb:%s; or make the table: "+made, e.Name, e.Region, e.Name)
	case errors.Is(e, plan.ErrNotReady):
		return "wait until the table is ACTIVE, and try again"
	case errors.Is(e, plan.ErrDenied):
		return fmt.Sprintf("allow dynamodb:DescribeTable, dynamodb:GetItem, dynamodb:Query and dynamodb:PutItem on the table %s in %s to the role or user that tenantry runs as", e.Name, e.Region)
	}
	return fmt.Sprintf("name another table with journal: dynamodb:TABLE, made by: "+made, e.Region, "TABLE")
}

// failed turns an error of the SDK's about this table into one of this package's. doing is followed by the table's name.
func (t *Table) failed(err error, doing string) error {
	f := failure(err, doing+" "+t.String())
	e, ok := errors.AsType[*CallError](f)
	if !ok || e.kind == plan.ErrCredentials || !strings.HasPrefix(actionOf(err), serviceDynamoDB+":") { // or it is about the role to assume
		return f
	}
	if errors.Is(e, plan.ErrNotFound) || errors.Is(e, plan.ErrDenied) {
		return &TableError{t.name, t.region, e}
	}
	return f
}

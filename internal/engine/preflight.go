package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Check makes sure, before anything else is read or written, that this is the right account, that it
// can have namespaces, and that the identity store can be read. Its error is a *RefusedError, or the
// one that a read answered.
func (e *Engine) Check(ctx context.Context) (tenancy.Account, error) {
	account, err := e.Preflight.Account(ctx)
	if account.Caller != "" && account.Caller != e.Account {
		return account, e.wrongAccount(account) // whatever else went wrong, this is why
	}
	if err != nil {
		return account, fmt.Errorf("preflight: %w", err)
	}
	if err := e.judge(account); err != nil {
		return account, err
	}
	if err := e.Preflight.Store(ctx); err != nil {
		return account, fmt.Errorf("preflight: %w", err)
	}
	return account, nil
}

func (e *Engine) wrongAccount(a tenancy.Account) error {
	return &RefusedError{
		fmt.Sprintf("the credentials are for the account %s, and the configuration is for %s", a.Caller, e.Account),
		"use credentials of the QuickSight account (AWS_PROFILE, or quicksight.assume_role), or correct quicksight.account_id",
	}
}

// judge refuses an account that cannot have namespaces, or whose users live elsewhere.
func (e *Engine) judge(a tenancy.Account) error {
	auth := strings.ToUpper(a.AuthenticationType)
	switch {
	case a.IdentityCenter != "" || strings.Contains(auth, "IDENTITY_CENTER"):
		return &RefusedError{
			fmt.Sprintf("the QuickSight account %s is integrated with IAM Identity Center, and such accounts cannot have custom namespaces", a.Caller),
			"AWS fixes the authentication method when QuickSight is subscribed: namespaces need an account of its own, subscribed with IAM federation, to which Identity Center federates",
		}
	case strings.Contains(auth, "ACTIVE_DIRECTORY"):
		return &RefusedError{
			fmt.Sprintf("the QuickSight account %s signs people in through Active Directory, and tenantry registers people by IAM role", a.Caller),
			"namespaces need an account that is subscribed with IAM federation",
		}
	case strings.EqualFold(a.Edition, "STANDARD"):
		return &RefusedError{
			fmt.Sprintf("the QuickSight account %s has the Standard edition, and namespaces need Enterprise", a.Caller),
			"upgrade the subscription to Enterprise in QuickSight's account settings",
		}
	case a.IdentityRegion != "" && a.IdentityRegion != e.IdentityRegion:
		return &RefusedError{
			fmt.Sprintf("the account's identity Region is %s, and the configuration says %s", a.IdentityRegion, e.IdentityRegion),
			fmt.Sprintf("quicksight.identity_region: %s", a.IdentityRegion),
		}
	}
	return nil
}

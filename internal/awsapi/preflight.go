package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Preflight learns what must be known before anything else is asked.
type Preflight struct{ aws *AWS }

// Account reads the caller (STS GetCallerIdentity), the subscription (QuickSight
// DescribeAccountSubscription), and from the first page of ListNamespaces where the "default"
// namespace lives and whether Identity Center stands behind it. The error is an
// *IdentityRegionError when the account's users live in another Region, and a *SubscriptionError
// when the account has no QuickSight.
func (p *Preflight) Account(ctx context.Context) (tenancy.Account, error) {
	who, err := p.aws.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return tenancy.Account{}, failure(err, "ask whose the credentials are")
	}
	account := tenancy.Account{Caller: tenancy.AccountID(aws.ToString(who.Account)), CallerARN: aws.ToString(who.Arn)}
	if err := p.subscription(ctx, &account); err != nil {
		return account, err
	}
	first, err := p.aws.QuickSight().namespacePage(ctx, nil)
	if err != nil {
		return account, failure(err, "list the namespaces")
	}
	for _, n := range first.rows {
		if aws.ToString(n.Name) != tenancy.DefaultNamespace {
			continue
		}
		account.IdentityRegion = aws.ToString(n.CapacityRegion)
		if account.IdentityCenter == "" {
			account.IdentityCenter = aws.ToString(n.IamIdentityCenterInstanceArn)
		}
	}
	return account, nil
}

func (p *Preflight) subscription(ctx context.Context, account *tenancy.Account) error {
	out, err := p.aws.quicksight.DescribeAccountSubscription(ctx, &quicksight.DescribeAccountSubscriptionInput{
		AwsAccountId: p.aws.accountID(),
	})
	if err != nil {
		failed := failure(err, "read the quicksight subscription")
		if e, plain := failed.(*CallError); plain && isNotFound(err) {
			return &SubscriptionError{p.aws.account, e}
		}
		return failed
	}
	if i := out.AccountInfo; i != nil {
		account.Edition = string(i.Edition)
		account.AuthenticationType = aws.ToString(i.AuthenticationType)
		account.SubscriptionStatus = aws.ToString(i.AccountSubscriptionStatus)
		account.IdentityCenter = aws.ToString(i.IAMIdentityCenterInstanceArn)
	}
	return nil
}

// SubscriptionError is an account that has no QuickSight.
type SubscriptionError struct {
	AccountID tenancy.AccountID
	*CallError
}

// Hint says what mends it.
func (e *SubscriptionError) Hint() string {
	return fmt.Sprintf("account %s has no QuickSight subscription: check quicksight.account_id, or sign it up with role based federation (IAM)", e.AccountID)
}

// Unwrap is the *CallError.
func (e *SubscriptionError) Unwrap() error { return e.CallError }

// Store makes sure that the identity store can be read, by reading one person (Identity Store
// ListUsers). The error is a *StoreError when there is no such store in this Region, for these
// credentials.
func (p *Preflight) Store(ctx context.Context) error {
	_, err := p.aws.directory.ListUsers(ctx, &identitystore.ListUsersInput{
		IdentityStoreId: p.aws.storeID(), MaxResults: aws.Int32(1),
	})
	if err == nil {
		return nil
	}
	failed := failure(err, fmt.Sprintf("read identity store %s in %s", p.aws.store, p.aws.storeIn))
	e, plain := failed.(*CallError)
	if plain && (isNotFound(err) || codeOf(err) == "ValidationException") {
		e.kind = plan.ErrNotFound
		return &StoreError{p.aws.store, p.aws.storeIn, e}
	}
	return failed
}

// StoreError is an identity store that is not there. It wraps plan.ErrNotFound.
type StoreError struct {
	StoreID tenancy.StoreID
	Region  string
	*CallError
}

// Hint says what mends it.
func (e *StoreError) Hint() string {
	return fmt.Sprintf("there is no identity store %s in %s: check identity_center.identity_store_id and identity_center.region (`aws sso-admin list-instances` shows them)", e.StoreID, e.Region)
}

// Unwrap is the *CallError.
func (e *StoreError) Unwrap() error { return e.CallError }

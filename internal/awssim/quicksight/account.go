package quicksight

import (
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func describeAccountSubscription(c *call) (members, error) {
	s := c.qs.Subscription
	info := members{
		"AccountName": s.AccountName, "Edition": s.Edition, "NotificationEmail": s.NotificationEmail,
		"AuthenticationType": s.AuthenticationType, "AccountSubscriptionStatus": s.Status,
	}
	if s.InstanceARN != "" {
		info["IAMIdentityCenterInstanceArn"] = s.InstanceARN
	}
	return members{"AccountInfo": info}, nil
}

func describeAccountSettings(c *call) (members, error) {
	s := c.qs.Subscription
	return members{"AccountSettings": members{
		"AccountName": s.AccountName, "Edition": s.Edition, "DefaultNamespace": world.DefaultNamespace,
		"NotificationEmail": s.NotificationEmail, "PublicSharingEnabled": s.PublicSharing,
		"TerminationProtectionEnabled": s.TerminationProtected,
	}}, nil
}

func updateAccountSettings(c *call) (members, error) {
	var in struct {
		DefaultNamespace, NotificationEmail *string
		TerminationProtectionEnabled        *bool
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("defaultNamespace", in.DefaultNamespace, namespaceRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	if *in.DefaultNamespace != world.DefaultNamespace {
		return nil, invalid("The default namespace of an account is %s", world.DefaultNamespace)
	}
	s := &c.qs.Subscription
	if in.NotificationEmail != nil {
		s.NotificationEmail = *in.NotificationEmail
	}
	if in.TerminationProtectionEnabled != nil {
		s.TerminationProtected = *in.TerminationProtectionEnabled
	}
	return nil, nil
}

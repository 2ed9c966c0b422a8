package quicksight

import (
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func createNamespace(c *call) (members, error) {
	var in struct {
		Namespace, IdentityStore *string
		Tags                     []tag
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("namespace", in.Namespace, namespaceRule)
	check.Required("identityStore", in.IdentityStore, storeRule)
	checkTags(&check, in.Tags)
	if err := breach(&check); err != nil {
		return nil, err
	}
	if err := c.mayCreate(*in.Namespace); err != nil {
		return nil, err
	}
	n := c.qs.Create(*in.Namespace, c.Region, worldTags(in.Tags))
	return members{
		"Arn": c.namespaceARN(n.Name), "Name": n.Name, "CapacityRegion": n.CapacityRegion,
		"CreationStatus": n.Status, "IdentityStore": "QUICKSIGHT",
	}, nil
}

// mayCreate says why there can not be a new namespace of that name.
func (c *call) mayCreate(name string) error {
	// The model's pattern lets the empty string pass.
	if name == "" {
		return invalid("Namespace name must not be empty")
	}
	if c.qs.Subscription.Edition == "STANDARD" {
		return precondition("Namespaces require Enterprise edition")
	}
	b := c.w.Behaviour()
	old, there := c.qs.Namespaces().Get(name)
	if there && (old.Status != world.StatusRetryable || b.NamespaceRetry != "create") {
		return exists(namespaceType, "Namespace %s already exists", name)
	}
	if err := folded(c, "namespace", name, c.qs.Namespaces().All()); err != nil {
		return err
	}
	// default does not count.
	if !there && c.qs.Namespaces().Len()-1 >= b.NamespaceLimit {
		return limitExceeded(namespaceType, "The limit of %d namespaces for account %s has been reached", b.NamespaceLimit, c.w.Account)
	}
	return nil
}

func describeNamespace(c *call) (members, error) {
	n, ok := c.qs.Namespaces().GetAt(c.Path["Namespace"], c.view())
	if !ok {
		return nil, c.noNamespace()
	}
	return members{"Namespace": c.showNamespace(n)}, nil
}

func listNamespaces(c *call) (members, error) {
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	rows := c.qs.Namespaces().After(l.after, c.view())
	return answer(c, l, "Namespaces", rows, func(n world.Namespace) (any, bool) { return c.showNamespace(n), true }), nil
}

func deleteNamespace(c *call) (members, error) {
	n, ok := c.qs.Namespaces().Get(c.Path["Namespace"])
	switch {
	case !ok:
		return nil, c.noNamespace()
	case n.Name == world.DefaultNamespace:
		return nil, invalid("The default namespace can not be deleted")
	case n.Status == world.StatusCreating || n.Status == world.StatusDeleting:
		return nil, precondition("Namespace %s is in the status %s", n.Name, n.Status)
	}
	c.qs.Delete(n)
	return nil, nil
}

// ready gives the namespace of the call's path, which must be CREATED.
func (c *call) ready() (world.Namespace, error) {
	n, ok := c.qs.Namespaces().Get(c.Path["Namespace"])
	if !ok {
		return n, c.noNamespace()
	}
	if n.Status != world.StatusCreated {
		return n, precondition("Namespace %s is not ready. Its status is %s", n.Name, n.Status)
	}
	return n, nil
}

func (c *call) noNamespace() error {
	return notFound(namespaceType, "Namespace %s not found in account %s", c.Path["Namespace"], c.w.Account)
}

func (c *call) namespaceARN(name string) string {
	return c.qs.NamespaceARN(name)
}

func (c *call) showNamespace(n world.Namespace) members {
	m := members{
		"Name": n.Name, "Arn": c.namespaceARN(n.Name), "CapacityRegion": n.CapacityRegion,
		"CreationStatus": n.Status, "IdentityStore": "QUICKSIGHT",
	}
	if n.ErrorType != "" {
		m["NamespaceError"] = members{"Type": n.ErrorType, "Message": n.ErrorMessage}
	}
	if instance := c.qs.Subscription.InstanceARN; instance != "" && n.Name == world.DefaultNamespace {
		m["IamIdentityCenterInstanceArn"] = instance
	}
	return m
}

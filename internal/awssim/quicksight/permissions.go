package quicksight

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// permission is a ResourcePermission in a request.
type permission struct {
	Principal *string
	Actions   []string
}

// checkPermissions judges a list of permissions that may be missing.
func (k kind) checkPermissions(check *constraint.Check, at string, list []permission, least, most int) {
	if list == nil {
		return
	}
	check.List(at, len(list), least, most)
	for i, p := range list {
		at := at + "." + strconv.Itoa(i+1) + ".member."
		check.Required(at+"principal", p.Principal, principalRule)
		switch {
		case p.Actions == nil:
			check.Missing(at + "actions")
		case k.kind != world.KindFlow:
			check.List(at+"actions", len(p.Actions), 1, 20)
		}
	}
}

// change gives what becomes of granted when permissions are revoked, and then
// others granted. granted itself stays as it is. Revoking does not ask whether
// anybody is there: what is left behind can be taken off.
func (c *call) change(k kind, granted map[string][]string, grant, revoke []permission) (map[string][]string, error) {
	for _, p := range revoke {
		if err := c.wholeSet(k, p.Actions); err != nil {
			return nil, err
		}
	}
	for _, p := range grant {
		if err := c.mayGrant(k, *p.Principal, p.Actions); err != nil {
			return nil, err
		}
	}
	return c.apply(granted, grant, revoke), nil
}

// changeLinks is change for permissions of everybody who has the link, which
// name namespaces.
func (c *call) changeLinks(k kind, granted map[string][]string, grant, revoke []permission) (map[string][]string, error) {
	for _, p := range grant {
		if who, ok := c.qs.PrincipalOf(*p.Principal); !ok || who.Kind != "namespace" {
			return nil, invalid("Principal ARN %s is not that of a namespace", *p.Principal)
		}
	}
	return c.change(k, granted, grant, revoke)
}

func (c *call) apply(granted map[string][]string, grant, revoke []permission) map[string][]string {
	out := make(map[string][]string)
	maps.Copy(out, granted)
	for _, p := range revoke {
		left := slices.DeleteFunc(slices.Clone(out[*p.Principal]), func(a string) bool { return slices.Contains(p.Actions, a) })
		if out[*p.Principal] = left; len(left) == 0 {
			delete(out, *p.Principal)
		}
	}
	for _, p := range grant {
		actions := p.Actions
		if c.w.Behaviour().GrantsAdd {
			actions = slices.Concat(actions, out[*p.Principal])
		}
		out[*p.Principal] = slices.Compact(slices.Sorted(slices.Values(actions)))
	}
	return out
}

// mayGrant says why a principal can not have actions on a kind of asset.
func (c *call) mayGrant(k kind, arn string, actions []string) error {
	if k.root && strings.HasPrefix(arn, "arn:"+c.w.Partition+":iam::") && strings.HasSuffix(arn, ":root") {
		return nil
	}
	p, ok := c.qs.PrincipalOf(arn)
	switch {
	case !ok || !c.qs.Exists(p, world.View{}):
		return invalid("Principal ARN %s is not part of the same account %s", arn, c.w.Account)
	case p.Kind == "namespace" && !k.namespaces:
		return invalid("Principal ARN %s is not supported: %s can not be shared with a namespace", arn, k.many)
	case p.Kind == "namespace" && k.kind == world.KindFlow && k.kind.Owns(actions):
		return invalid("Principal ARN %s is not supported: a namespace can only view a flow", arn)
	}
	return c.wholeSet(k, actions)
}

// wholeSet says why actions can not be granted, or revoked, together. Nobody
// minds in which order they are.
func (c *call) wholeSet(k kind, actions []string) error {
	sets := k.kind.Sets()
	if sets == nil || !c.w.Behaviour().WholePermissionSets {
		return nil
	}
	asked := slices.Compact(slices.Sorted(slices.Values(actions)))
	var valid []string
	for _, set := range sets {
		if slices.Equal(asked, set) {
			return nil
		}
		valid = append(valid, "["+strings.Join(set, ", ")+"]")
	}
	return invalid("ResourcePermission list contains unsupported permission sets [%s] for this resource. Valid sets : %s",
		strings.Join(actions, ", "), strings.Join(valid, " or "))
}

func (k kind) updatePermissions(c *call) (members, error) {
	var in struct {
		GrantPermissions, RevokePermissions         []permission
		GrantLinkPermissions, RevokeLinkPermissions []permission
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	for _, l := range []struct {
		at   string
		list []permission
	}{
		{"grantPermissions", in.GrantPermissions}, {"revokePermissions", in.RevokePermissions},
		{"grantLinkPermissions", in.GrantLinkPermissions}, {"revokeLinkPermissions", in.RevokeLinkPermissions},
	} {
		k.checkPermissions(&check, l.at, l.list, k.least, k.most)
	}
	if err := breach(&check); err != nil {
		return nil, err
	}
	a, err := c.asset(k, world.View{})
	if err != nil {
		return nil, err
	}
	if a.Permissions, err = c.change(k, a.Permissions, in.GrantPermissions, in.RevokePermissions); err != nil {
		return nil, err
	}
	if k.kind == world.KindDashboard {
		if a.LinkPermissions, err = c.changeLinks(k, a.LinkPermissions, in.GrantLinkPermissions, in.RevokeLinkPermissions); err != nil {
			return nil, err
		}
	}
	c.qs.PutAsset(a)
	if k.silent {
		return members{k.arn: c.qs.AssetARN(a), k.id: a.ID}, nil
	}
	return k.showPermissions(c, a), nil
}

func (k kind) describePermissions(c *call) (members, error) {
	a, err := c.asset(k, c.view())
	if err != nil {
		return nil, err
	}
	if k.kind == world.KindFolder {
		return c.pageOfPermissions(a, a.Permissions)
	}
	return k.showPermissions(c, a), nil
}

func (k kind) showPermissions(c *call, a world.Asset) members {
	m := members{k.arn: c.qs.AssetARN(a), k.id: a.ID, "Permissions": showGranted(a.Permissions)}
	if len(a.LinkPermissions) > 0 {
		m["LinkSharingConfiguration"] = members{"Permissions": showGranted(a.LinkPermissions)}
	}
	if k.kind == world.KindSpace {
		moveMembers(m, map[string]string{"SpaceId": "spaceId"})
		if c.Op.Name == "UpdateSpacePermissions" {
			moveMembers(m, map[string]string{"Permissions": "permissions"})
		}
	}
	return m
}

func showGranted(granted map[string][]string) []members {
	list := make([]members, 0, len(granted))
	for _, p := range slices.Sorted(maps.Keys(granted)) {
		list = append(list, members{"Principal": p, "Actions": granted[p]})
	}
	return list
}

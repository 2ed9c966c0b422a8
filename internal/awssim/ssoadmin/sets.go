package ssoadmin

import (
	"path"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// instance describes the world's instance.
func (s service) instance() map[string]any {
	return map[string]any{"InstanceArn": s.w.SSO.InstanceARN, "IdentityStoreId": s.w.Directory.StoreID,
		"OwnerAccountId": s.w.Directory.OwnerAccount, "Status": "ACTIVE"}
}

func (s service) listInstances(r *wire.Request, in input) (any, error) {
	list := []any{}
	if r.Region == s.w.Directory.Region {
		list = append(list, s.instance())
	}
	return map[string]any{"Instances": list}, nil
}

func (s service) describeInstance(*wire.Request, input) (any, error) {
	doc := s.instance()
	doc["EncryptionConfigurationDetails"] = map[string]any{"KeyType": "AWS_OWNED_KMS_KEY", "EncryptionStatus": "ENABLED"}
	return doc, nil
}

// set finds the permission set that the input names.
func (s service) set(in input) (world.PermissionSet, error) {
	p, ok := s.w.SSO.PermissionSets.Get(*in.PermissionSetArn)
	if !ok {
		return p, notFound("PermissionSet not found: %s", *in.PermissionSetArn)
	}
	return p, nil
}

func view(p world.PermissionSet) map[string]any {
	doc := map[string]any{"PermissionSetArn": p.ARN, "Name": p.Name, "CreatedDate": seconds(p.CreatedAt)}
	put(doc, "Description", p.Description)
	put(doc, "SessionDuration", p.SessionDuration)
	put(doc, "RelayState", p.RelayState)
	return doc
}

func put(doc map[string]any, name, value string) {
	if value != "" {
		doc[name] = value
	}
}

// seconds is how JSON 1.1 writes a time.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func (s service) createPermissionSet(_ *wire.Request, in input) (any, error) {
	for _, p := range s.w.SSO.PermissionSets.All() {
		if p.Name == *in.Name {
			return nil, conflict("PermissionSet with name %s already exists.", p.Name)
		}
	}
	id := strings.ReplaceAll(s.w.NewID(), "-", "")[:16]
	p := world.PermissionSet{
		ARN:  "arn:" + s.w.Partition + ":sso:::permissionSet/" + path.Base(s.w.SSO.InstanceARN) + "/ps-" + id,
		Name: *in.Name, Description: valueOf(in.Description), SessionDuration: "PT1H", RelayState: valueOf(in.RelayState),
		CreatedAt: s.w.Now(),
	}
	if in.SessionDuration != nil {
		p.SessionDuration = *in.SessionDuration
	}
	s.w.SSO.PermissionSets.Put(p.ARN, p)
	return map[string]any{"PermissionSet": view(p)}, nil
}

func (s service) describePermissionSet(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"PermissionSet": view(p)}, nil
}

// change finds a permission set, changes it and stores it.
func (s service) change(in input, change func(*world.PermissionSet)) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	change(&p)
	s.w.SSO.PermissionSets.Put(p.ARN, p)
	return nothing{}, nil
}

func (s service) updatePermissionSet(_ *wire.Request, in input) (any, error) {
	return s.change(in, func(p *world.PermissionSet) {
		replace(&p.Description, in.Description)
		replace(&p.SessionDuration, in.SessionDuration)
		replace(&p.RelayState, in.RelayState)
	})
}

// replace changes what is given.
func replace(member, given *string) {
	if given != nil {
		*member = *given
	}
}

// deletePermissionSet refuses while an account has the permission set, in the words of the service.
func (s service) deletePermissionSet(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	if len(s.accounts(p)) > 0 {
		return nil, conflict("Could not delete because PermissionSet has ApplicationProfile associated with it")
	}
	s.w.SSO.PermissionSets.Delete(p.ARN)
	return nothing{}, nil
}

// maxPolicy is the quota of an inline policy in bytes that are not white space.
const maxPolicy = 10_240

func (s service) putInlinePolicy(_ *wire.Request, in input) (any, error) {
	if _, err := policydoc.ParseIdentity(*in.InlinePolicy); err != nil {
		return nil, invalid("%v", err)
	}
	if len(strings.Join(strings.Fields(*in.InlinePolicy), "")) > maxPolicy {
		return nil, wire.Errorf(400, "ServiceQuotaExceededException", "the inline policy is longer than %d bytes without white space", maxPolicy)
	}
	return s.change(in, func(p *world.PermissionSet) { p.InlinePolicy = *in.InlinePolicy })
}

func (s service) deleteInlinePolicy(_ *wire.Request, in input) (any, error) {
	return s.change(in, func(p *world.PermissionSet) { p.InlinePolicy = "" })
}

// getInlinePolicy answers an empty policy where there is none, as AWS does.
func (s service) getInlinePolicy(_ *wire.Request, in input) (any, error) {
	p, err := s.set(in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"InlinePolicy": p.InlinePolicy}, nil
}

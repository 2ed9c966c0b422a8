package quicksight

import (
	"iter"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// recovery is for how many days a deleted analysis can be had back.
const recovery = 30

// asset gives the asset of the call's path, as of v.
func (c *call) asset(k kind, v world.View) (world.Asset, error) {
	id := c.Path[k.id]
	a, ok := c.qs.Assets().GetAt(world.AssetKey(c.Region, k.kind, id), v)
	if !ok || c.gone(a) {
		return a, k.missing(id)
	}
	return a, nil
}

// gone reports whether a's time to be had back is over.
func (c *call) gone(a world.Asset) bool {
	return !a.RecoverableUntil.IsZero() && c.w.Now().After(a.RecoverableUntil)
}

// missing is the error about an asset that is not there. The operations of flows
// model no ResourceNotFoundException.
func (k kind) missing(id string) error {
	if k.kind == world.KindFlow {
		return invalid("Flow %s not found", id)
	}
	return notFound(k.resource, "%s %s not found", k.noun, id)
}

// assets gives the assets of the call's Region and a kind that match, after the
// one whose key is after, as of v.
func (c *call) assets(k kind, after string, v world.View, match func(world.Asset) bool) iter.Seq2[string, world.Asset] {
	return func(yield func(string, world.Asset) bool) {
		for key, a := range c.qs.AssetsOf(c.Region, k.kind, after, v) {
			if !c.gone(a) && match(a) && !yield(key, a) {
				return
			}
		}
	}
}

func (k kind) describe(c *call) (members, error) {
	a, err := c.asset(k, c.view())
	if err != nil {
		return nil, err
	}
	m := k.show(c, a)
	k.more(c, a, m)
	if k.whole != "" {
		m = members{k.whole: m}
	}
	return m, nil
}

func (k kind) listAll(c *call) (members, error) {
	l, err := c.page(c.Region)
	if err != nil {
		return nil, err
	}
	custom := c.Op.Name != "ListThemes" || c.Query.Get("type") != "QUICKSIGHT"
	rows := c.assets(k, l.after, c.view(), func(world.Asset) bool { return custom })
	return answer(c, l, k.list, rows, func(a world.Asset) (any, bool) { return k.summary(c, a), true }), nil
}

// show gives what is said of every asset.
func (k kind) show(c *call, a world.Asset) members {
	return members{
		"Arn": c.qs.AssetARN(a), k.id: a.ID, "Name": a.Name,
		"CreatedTime": seconds(a.Created), "LastUpdatedTime": seconds(a.Updated),
	}
}

func (k kind) summary(c *call, a world.Asset) members {
	m := k.show(c, a)
	k.brief(c, a, m)
	return m
}

func (k kind) delete(c *call) (members, error) {
	a, err := c.asset(k, world.View{})
	if err != nil {
		return nil, err
	}
	m := members{"Arn": c.qs.AssetARN(a), k.id: a.ID}
	switch {
	case k.kind == world.KindFolder && c.holds(a):
		return nil, precondition("Folder %s is not empty", a.ID)
	case k.kind == world.KindAnalysis && c.Query.Get("force-delete-without-recovery") != "true":
		a.RecoverableUntil = c.w.Now().AddDate(0, 0, recovery)
		c.qs.PutAsset(a)
		m["DeletionTime"] = seconds(a.RecoverableUntil)
	default:
		c.qs.DeleteAsset(a)
	}
	return m, nil
}

func (k kind) create(c *call) (members, error) {
	var in creation
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := k.checkCreation(in); err != nil {
		return nil, err
	}
	if err := in.mayMake(); err != nil {
		return nil, err
	}
	a := world.Asset{
		Kind: k.kind, Region: c.Region, ID: c.Path[k.id], Name: str(in.Name), Tags: worldTags(in.Tags), Created: c.w.Now(), Updated: c.w.Now(),
	}
	if k.idInBody {
		a.ID = *in.id(k)
	}
	if k.make != nil {
		k.make(in, &a)
	}
	if a.Name == "" {
		a.Name = a.ID
	}
	if _, there := c.qs.Assets().Get(a.Key()); there {
		return nil, exists(k.resource, "%s %s already exists", k.noun, a.ID)
	}
	folders, err := c.foldersFor(in.FolderArns, a.Parent)
	if err != nil {
		return nil, err
	}
	if err := c.permit(k, in, &a); err != nil {
		return nil, err
	}
	c.qs.PutAsset(a)
	for _, f := range folders {
		c.qs.JoinFolder(world.FolderMember{Region: a.Region, Folder: f.ID, Kind: a.Kind, ID: a.ID})
	}
	m := members{"Arn": c.qs.AssetARN(a), k.id: a.ID}
	if successStatus(c.Op.Name) == 202 || k.kind == world.KindActionConnector {
		m["CreationStatus"] = "CREATION_IN_PROGRESS"
	}
	return m, nil
}

// permit gives a the permissions that its creation asks for.
func (c *call) permit(k kind, in creation, a *world.Asset) error {
	var err error
	if a.Permissions, err = c.change(k, nil, in.Permissions, nil); err != nil {
		return err
	}
	if in.LinkSharingConfiguration != nil {
		a.LinkPermissions, err = c.changeLinks(k, nil, in.LinkSharingConfiguration.Permissions, nil)
	}
	return err
}

// foldersFor finds the folders that a new asset is to be in, and the one that a
// new folder is to be under.
func (c *call) foldersFor(arns []string, parent string) ([]world.Asset, error) {
	var folders []world.Asset
	for _, arn := range append(arns, parent) {
		if arn == "" {
			continue
		}
		f, ok := c.qs.AssetOf(arn, world.View{})
		if !ok || f.Kind != world.KindFolder || f.Region != c.Region {
			return nil, notFound(otherType, "Folder %s not found", arn)
		}
		folders = append(folders, f)
	}
	return folders[:min(len(folders), len(arns))], nil
}

func (k kind) checkCreation(in creation) error {
	var check constraint.Check
	if k.idInBody {
		check.Required(lowerFirst(k.id), in.id(k), k.idRule)
	}
	if k.nameless {
		check.Text("name", in.Name, k.nameRule)
	} else {
		check.Required("name", in.Name, k.nameRule)
	}
	checkTags(&check, in.Tags)
	check.List("folderArns", len(in.FolderArns), 0, 1)
	k.checkPermissions(&check, "permissions", in.Permissions, 1, 64)
	if k.check != nil {
		k.check(in, &check)
	}
	if err := breach(&check); err != nil {
		return err
	}
	if id := in.id(k); k.idInBody && *id == "" {
		return invalid("%s must not be empty", k.id)
	}
	if len(in.Tags) > maxTags {
		return limitExceeded(k.resource, "A resource can have at most %d tags", maxTags)
	}
	return nil
}

// taggedAsset finds the asset of an ARN, in the Region that was asked.
func (c *call) taggedAsset(k kind, arn string) (tagged, bool) {
	a, ok := c.qs.AssetOf(arn, world.View{})
	return tagged{a.Tags, func(tags []world.Tag) {
		a.Tags = tags
		c.qs.PutAsset(a)
	}}, ok && a.Kind == k.kind && a.Region == c.Region
}

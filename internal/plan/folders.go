package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The codes of what keeps a tenant from having its folder, and of what is told about one. Whose permissions could not be
// read is held as UnreadAsset.
const (
	// FolderTaken: there is a folder of that id, and tenantry has not made it, or an earlier customer may have had it.
	FolderTaken tenancy.Code = "folder-taken"
	// FolderSharedOut is about a tenant's folder of which somebody has something who lives elsewhere.
	FolderSharedOut tenancy.Code = "folder-shared-out"
)

// folder answers the steps by which a tenant gets its own folder, and its groups what they are to have of it. Nothing is
// ever taken from anybody: what was given by hand besides stays.
func (d *differ) folder(want, have *tenancy.Tenant) {
	f := &want.Folder
	if f.Region == "" {
		return
	}
	ref := tenancy.FolderOf(want.Namespace, f.Region)
	offer, read := d.have.Offers[ref]
	if !read {
		d.unreadFolder(want, have, ref)
		return
	}
	d.noteStrangers(want.Namespace, ref, &offer)
	if offer.Gone {
		d.add(creationOf(want, d.store), f.Because, "")
	}
	var held tenancy.Code
	judged := false // whose the folder is matters where something is to be given
	for _, o := range f.Openings {
		grant := offer.Grant(groupOf(want.Namespace, o.Mirror))
		switch {
		case grant == nil || grant.May == tenancy.Views && o.May == tenancy.Owns:
			if !judged {
				held, judged = d.judgeFolder(want, ref, &offer), true
			}
			d.add(openingOf(want, o), o.Because, held)
		case grant.May != tenancy.Owns && o.May == tenancy.Owns && d.held == "":
			d.out.Notes = append(d.out.Notes, tenancy.Note{
				Code: SeesMore, Object: ref.String(), Namespace: want.Namespace.String(),
				Text: fmt.Sprintf("the group %q should own %s and may do something else with it, and is left so", o.Mirror, ref),
			})
		}
	}
}

func creationOf(want *tenancy.Tenant, store tenancy.StoreID) CreateFolder {
	var groups []tenancy.GroupID
	for _, o := range want.Folder.Openings {
		groups = append(groups, o.Group)
	}
	return CreateFolder{want.Namespace, store, want.Folder.Region, tenancy.Founders(groups)}
}

func openingOf(want *tenancy.Tenant, o tenancy.Opening) OpenFolder {
	return OpenFolder{want.Namespace, o.Group, o.Mirror, want.Folder.Region, o.May}
}

// unreadFolder asks for the folder of a tenant: for the groups that are made by steps that wait for the answer, so that a
// hint which makes one asks for it, and may make the folder too; for those that are there in a pass only.
func (d *differ) unreadFolder(want, have *tenancy.Tenant, ref tenancy.AssetRef) {
	there, made := false, false
	for _, o := range want.Folder.Openings {
		if have.Mirror(o.Group) != nil {
			there = true
			continue
		}
		if !made {
			d.add(creationOf(want, d.store), want.Folder.Because, Unread)
			made = true
		}
		d.add(openingOf(want, o), o.Because, Unread)
	}
	if there && d.held == "" {
		d.out.Unread = append(d.out.Unread, ref) // once: it is this tenant's only
	}
}

// judgeFolder says why a tenant's folder must not be opened, "" when it may. One that is to be made may.
func (d *differ) judgeFolder(want *tenancy.Tenant, ref tenancy.AssetRef, offer *tenancy.Offer) tenancy.Code {
	switch {
	case d.held != "":
		return d.held
	case offer.Failed != "":
		h := heldUnreadAsset(ref, offer.Failed)
		h.Namespace = want.Namespace.String()
		return d.hold(h)
	case offer.Gone:
		return ""
	case offer.Tags == nil:
		return Unread
	case offer.Tags[tenancy.TagStore] != string(d.store):
		return d.hold(heldFolderTaken(want, ref, d.store))
	case !offer.In(want.Namespace) && !madeFor(want, offer.Tags[tenancy.TagFounders]):
		return d.hold(heldFolderOfOthers(want, ref, d.store))
	}
	return ""
}

// madeFor reports whether a folder was made for any of a tenant's groups, by its tag. A founding that was cut off leaves
// such a one of which nobody has anything.
func madeFor(want *tenancy.Tenant, tag string) bool {
	return slices.ContainsFunc(want.Folder.Openings, func(o tenancy.Opening) bool { return tenancy.IsFounder(tag, o.Group) })
}

// noteStrangers tells that somebody has something of a tenant's folder who lives in another namespace.
func (d *differ) noteStrangers(n tenancy.Namespace, ref tenancy.AssetRef, offer *tenancy.Offer) {
	if !offer.In(n) || offer.Tags != nil && offer.Tags[tenancy.TagStore] != string(d.store) {
		return // it is not the tenant's, or a hold tells it
	}
	var in []string
	for _, g := range offer.Grants {
		if g.To.Kind != tenancy.ToOther && g.To.Namespace != n.String() && !slices.Contains(in, tenancy.Word(g.To.Namespace)) {
			in = append(in, tenancy.Word(g.To.Namespace))
		}
	}
	if len(in) == 0 {
		return
	}
	slices.Sort(in)
	d.out.Notes = append(d.out.Notes, tenancy.Note{
		Code: FolderSharedOut, Object: ref.String(), Namespace: n.String(),
		Text: fmt.Sprintf("%s is the folder of %s, and somebody of %s has something of it, too", ref, n, strings.Join(in, ", ")),
	})
}

// foldersOf are the creations of the folders that some of the steps open.
func foldersOf(steps []Step, some map[Change]bool) (creations []Change) {
	opens := map[tenancy.Namespace]bool{}
	for c, is := range some {
		if is && c.Kind() == KindOpenFolder {
			opens[c.In()] = true
		}
	}
	for _, s := range steps {
		if s.Change.Kind() == KindCreateFolder && opens[s.Change.In()] {
			creations = append(creations, s.Change)
		}
	}
	return creations
}

func heldFolderTaken(want *tenancy.Tenant, ref tenancy.AssetRef, store tenancy.StoreID) tenancy.Hold {
	return tenancy.Hold{
		Code: FolderTaken, Object: ref.String(), Namespace: want.Namespace.String(),
		Reason: fmt.Sprintf("%s asks for a folder of %s, and there is one of its id already, which tenantry has not made: the tag %s is not %s", want.Folder.Because.Rule, want.Namespace, tenancy.TagStore, store),
		Ends:   whoseFolder(want, ref, store),
	}
}

// heldFolderOfOthers is about a folder that tenantry has made, for other groups, and of which nobody of the tenant has
// anything: that of a customer of the same name, who has left it behind.
func heldFolderOfOthers(want *tenancy.Tenant, ref tenancy.AssetRef, store tenancy.StoreID) tenancy.Hold {
	return tenancy.Hold{
		Code: FolderTaken, Object: ref.String(), Namespace: want.Namespace.String(),
		Reason: fmt.Sprintf("%s asks for a folder of %s, and there is one already that was made for other groups, and of which nobody of %s has anything: what is in it may be an earlier customer's", want.Folder.Because.Rule, want.Namespace, want.Namespace),
		Ends:   whoseFolder(want, ref, store),
	}
}

// whoseFolder are the commands by which a person says whose a folder is.
func whoseFolder(want *tenancy.Tenant, ref tenancy.AssetRef, store tenancy.StoreID) string {
	founders := fmt.Sprintf("Key=%s,Value=%s", tenancy.TagFounders, creationOf(want, store).Founders)
	return fmt.Sprintf("if nobody needs it: aws quicksight delete-folder --region %s --aws-account-id %s --folder-id %s; if what is in it is this customer's: aws quicksight tag-resource --region %s --resource-arn %s --tags Key=%s,Value=%s %s",
		ref.Region, want.SignIn.Account(), ref.ID, ref.Region, folderARN(want.SignIn, ref), tenancy.TagStore, store, tenancy.ShellQuote(founders))
}

// folderARN is the ARN of a folder, in the partition and the account of a sign-in role.
func folderARN(role tenancy.RoleARN, ref tenancy.AssetRef) string {
	partition, _, _ := strings.Cut(strings.TrimPrefix(role.String(), "arn:"), ":")
	return strings.Join([]string{"arn", partition, "quicksight", ref.Region, string(role.Account()), "folder/" + ref.ID}, ":")
}

package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO108", Severity: Medium,
	Name: "a tenant's folder can be shared with the whole account",
	Looks: "Every folder that a tenant owns whose sharing model is ACCOUNT. The folder that tenantry makes for each tenant is one too, knowingly, and is not counted: " +
		"who has come to it is found (ISO101, ISO102, ISO103, ISO112), and what its owners could do is said under what is not proven.",
	Why: "The sharing model \"determines the sharing scope of the folder\" (API model: CreateFolder): with ACCOUNT, the default, it is the whole account and not a namespace. " +
		"AWS documents no more of it.",
	Mend: "The sharing model cannot be changed: make the folder anew with NAMESPACE and the same permissions, put in what is in it, and delete this one.",
	Find: func(k *Known) (all []Finding) {
		for i := range k.Inspection.Assets {
			a := &k.Inspection.Assets[i]
			tenants := k.Whose(a.AssetRef).Tenants
			if a.Folder == nil || a.Folder.Sharing != "ACCOUNT" || len(tenants) == 0 || k.ownFolder(a.AssetRef, tenants[0]) {
				continue
			}
			f := k.about(a, "")
			f.Namespace = tenants[0]
			f.Seen = fmt.Sprintf("%s, which is %s's, has the sharing model ACCOUNT", named(a), tenants[0])
			f.Mend = k.anew(a, a.ID+"-"+tenants[0])
			all = append(all, f)
		}
		return all
	},
})

// anew are the commands that make a folder again, with the same name, permissions and members, and the sharing model
// NAMESPACE, and take the former one away. What is in it is in both for a moment, so that nobody loses the way to it. AWS
// moves no folder into another, and deletes none that is not empty (DeleteFolder).
func (k *Known) anew(a *tenancy.Inspected, id string) string {
	stays := func(r tenancy.AssetRef) bool { return memberTypes[r.Kind] == "" }
	if slices.ContainsFunc(a.Folder.Members, stays) || len(k.containers[a.AssetRef]) > 0 || a.Folder.Type != "SHARED" {
		return fmt.Sprintf("make %s, and the folders above and below it, anew with --sharing-model NAMESPACE, put in what is in them, and delete them", named(a))
	}
	command := func(verb, folder, rest string) string {
		return strings.TrimSpace(fmt.Sprintf("aws quicksight %s --aws-account-id %s --region %s --folder-id %s %s", verb, k.Account, a.Region, tenancy.ShellQuote(folder), rest))
	}
	var permissions []map[string]any
	for _, g := range a.Grants {
		permissions = append(permissions, map[string]any{"Principal": k.principal(g.To), "Actions": a.ActionsOf(g.To)})
	}
	who, _ := json.Marshal(permissions)
	all := []string{command("create-folder", id, fmt.Sprintf("--name %s --folder-type SHARED --sharing-model NAMESPACE --permissions %s", tenancy.ShellQuote(a.Name), tenancy.ShellQuote(string(who))))}
	for _, verb := range []string{"create-folder-membership", "delete-folder-membership"} {
		folder := id
		if verb == "delete-folder-membership" {
			folder = a.ID
		}
		for _, m := range a.Folder.Members {
			all = append(all, command(verb, folder, fmt.Sprintf("--member-id %s --member-type %s", tenancy.ShellQuote(m.ID), memberTypes[m.Kind])))
		}
	}
	return strings.Join(append(all, command("delete-folder", a.ID, "")), " && ")
}

// ownFolder reports whether a folder is the one that tenantry makes for a tenant.
func (k *Known) ownFolder(ref tenancy.AssetRef, namespace string) bool {
	t := k.Tenant(namespace)
	return t != nil && ref == tenancy.FolderOf(t.Namespace, ref.Region)
}

var _ = stands(NotProven{
	"that the owners of the folders that tenantry makes for tenants cannot share them beyond their namespace",
	"they have the sharing model ACCOUNT, of which AWS documents that it \"determines the sharing scope of the folder\" and no more; whoever has come to them was looked for",
	"let people sign in with the policy that `tenantry policy sign-in` prints, which allows no call of the API",
}, func(k *Known) bool {
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		if tenants := k.Whose(a.AssetRef).Tenants; a.Folder != nil && a.Folder.Sharing == "ACCOUNT" && len(tenants) > 0 && k.ownFolder(a.AssetRef, tenants[0]) {
			return true
		}
	}
	return false
})

package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO108", Severity: Medium,
	Name: "a tenant's folder can be shared with the whole account",
	Looks: "Every folder that a tenant owns whose sharing model is ACCOUNT. The folder that tenantry makes for each tenant is one too, knowingly, and is not counted: " +
		"who has come to it is found (ISO101, ISO102, ISO103, ISO112), and what its owners could do is said under what is not proven.",
	Why: "The sharing model \"determines the sharing scope of the folder\" (API model: CreateFolder): with ACCOUNT, the default, it is the whole account and not a namespace. " +
		"AWS documents no more of it.",
	Mend: "The sharing model cannot be changed: make the folder anew with NAMESPACE, put in what is in it, and delete this one.",
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
			f.Mend = fmt.Sprintf("aws quicksight create-folder --aws-account-id %s --region %s --folder-id %s --name %s --folder-type %s --sharing-model NAMESPACE, and what is in this one goes into it",
				k.Account, a.Region, tenancy.ShellQuote(a.ID+"-"+tenants[0]), tenancy.ShellQuote(a.Name), a.Folder.Type)
			all = append(all, f)
		}
		return all
	},
})

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

package config

import (
	"cmp"
	"strconv"
	"strings"
)

// Answers are what is known about a configuration that is about to be written. What is "" stands in
// the file as a placeholder that Parse refuses.
type Answers struct {
	AccountID      string
	IdentityRegion string
	StoreID        string
	Region         string // of Identity Center
	Role           string // the ARN of the sign-in role
	PermissionSet  string // instead of Role
	Groups         string // the pattern; `qs:{namespace}` by default
	Schema         string // path of the JSON Schema, relative to the file; "" leaves the hint for editors out
}

// Init is a commented file to start from. It is not checked: Parse says what is wrong with it.
func Init(a Answers) []byte {
	a.Groups = cmp.Or(a.Groups, "qs:"+placeholder)
	a.Schema = strings.Join(strings.Fields(a.Schema), "%20") // it stands in a comment, on one line
	first, signIn := "", "role: "+filled(a.Role)+" # such as arn:aws:iam::111122223333:role/QuickSight"
	if a.Schema != "" {
		first = "# yaml-language-server: $schema=" + a.Schema + "\n"
	}
	if a.PermissionSet != "" {
		signIn = "permission_set: " + filled(a.PermissionSet)
	}
	return []byte(first + strings.NewReplacer(
		"<account>", filled(a.AccountID), "<identity region>", filled(a.IdentityRegion),
		"<store>", filled(a.StoreID), "<region>", filled(a.Region), "<sign-in>", signIn,
		"<groups>", filled(a.Groups), "<authors>", filled(strings.Replace(a.Groups, placeholder, placeholder+":authors", 1)),
	).Replace(initial))
}

// filled is an answer as YAML, or the placeholder.
func filled(text string) string { return strconv.Quote(cmp.Or(text, unfilled)) }

// initial is the file, with blanks for the answers. It is no text/template: that package makes the
// linker keep every method of every type, half of the program's size.
const initial = `# The configuration of tenantry. All keys: docs/configuration.md
version: 1

# The QuickSight account that the tenants live in. It must use IAM federation: accounts that are
# integrated with IAM Identity Center cannot have namespaces of their own.
quicksight:
  account_id: <account> # twelve digits, in quotes
  identity_region: <identity region> # where QuickSight was set up, such as us-east-1

# Where people and groups come from: IAM Identity Center, Settings, Identity source.
identity_center:
  identity_store_id: <store> # such as d-1234567890
  region: <region> # the Region of Identity Center

# How people sign in to QuickSight. Either the IAM role that they sign in with, or the permission set
# (permission_set: NAME). With {namespace} in the name, each tenant has a role of its own.
sign_in:
  <sign-in>
  session_name: username # what stands behind the role in QuickSight's user names

# Which groups are customers. {namespace} stands for the customer's name: it becomes the namespace.
# The first rule that fits a group counts.
tenants:
  - groups: <groups>
    role: READER
  # - groups: <authors>
  #   role: AUTHOR
  # One group by its id, which survives every renaming:
  # - group_id: 34887428-4081-7042-c3c6-928d413009e7
  #   namespace: globex
  #   role: AUTHOR

# To begin with a few customers, name them. Without this key, all of them are written to.
# rollout: [acme]
`

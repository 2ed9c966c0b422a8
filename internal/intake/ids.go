package intake

import "github.com/tenantry/tenantry/internal/tenancy"

// hidden is what CloudTrail writes in the place of a text that it does not tell.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// isID reports whether a text has the shape of Identity Center's ids: a UUID, after ten hexadecimal
// digits and a hyphen in older stores. Source: the pattern of ResourceId in the Identity Store's API
// model, [0-9a-f]{10}- optionally, then a UUID in either case; 47 characters at most.
func isID(id []byte) bool {
	if len(id) == 47 {
		for _, c := range id[:10] {
			if _, ok := hexDigit(c); !ok || c >= 'A' && c <= 'F' {
				return false
			}
		}
		if id[10] != '-' {
			return false
		}
		id = id[11:]
	}
	return isUUID(id)
}

func isUUID(id []byte) bool {
	if len(id) != 36 {
		return false
	}
	for i, c := range id {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if _, ok := hexDigit(c); !ok {
			return false
		}
	}
	return true
}

// isAccount reports whether a text is twelve digits.
func isAccount(s []byte) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 12
}

// The most that the history takes over from an event.
const (
	maxEventID = 128
	maxName    = 96
)

// printable answers what is printable ASCII in a text, up to a length: an id or a name goes into
// logs, tables and files, and who wrote it is not known.
func printable(s []byte, most int) string {
	clean := make([]byte, 0, min(len(s), most))
	for _, c := range s {
		if len(clean) == most {
			break
		}
		if c >= ' ' && c <= '~' {
			clean = append(clean, c)
		}
	}
	return string(clean)
}

// isRoleName reports whether a text can be the name of an IAM role, without a path.
func isRoleName(s string) bool {
	role, err := tenancy.ParseRoleARN("arn:aws:iam::000000000000:role/" + s)
	return err == nil && role.Name() == s
}

// isStore reports whether a text has the shape of an identity store's id. Source: the API model's
// IdentityStoreId, d- and ten hexadecimal digits (or a UUID, which nothing of tenantry's takes).
func isStore(id []byte) bool {
	if len(id) != 12 || id[0] != 'd' || id[1] != '-' {
		return false
	}
	for _, c := range id[2:] {
		if _, ok := hexDigit(c); !ok {
			return false
		}
	}
	return true
}

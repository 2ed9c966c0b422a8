package scim

import "github.com/tenantry/tenantry/internal/awssim/wire"

// config answers what the endpoint can do, as the guide's page on ServiceProviderConfig shows it.
func (s service) config(*wire.Request) (answer, error) {
	not := map[string]any{"supported": false}
	return answer{200, map[string]any{
		"schemas":          []any{configSchema},
		"documentationUri": "https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html",
		"authenticationSchemes": []any{map[string]any{
			"type": "oauthbearertoken", "name": "OAuth Bearer Token", "primary": true,
			"description": "Authentication scheme using the OAuth Bearer Token Standard",
			"specUri":     "https://www.rfc-editor.org/info/rfc6750",
		}},
		"patch":          map[string]any{"supported": true},
		"bulk":           map[string]any{"supported": false, "maxOperations": 1, "maxPayloadSize": 1048576},
		"filter":         map[string]any{"supported": true, "maxResults": pageMax},
		"changePassword": not, "sort": not, "etag": not,
	}}, nil
}

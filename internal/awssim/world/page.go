package world

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// tokenLife is for how long a token may be used, as the QuickSight API model
// says of its lists.
const tokenLife = 24 * time.Hour

// token is what a client gets, opaquely, to ask for the next page.
type token struct {
	List  string `json:"l"`
	After string `json:"a"`
	At    int64  `json:"t"`
	Sum   string `json:"s"`
}

func (t token) sum() string {
	h := sha256.New()
	for _, part := range []string{t.List, t.After, time.Unix(t.At, 0).UTC().String()} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Token makes the token that continues list after the row of key after. list
// names the list with everything that selects its rows, as in
// "ListUsers/111122223333/acme": a token is good for that list only.
func (w *World) Token(list, after string) string {
	t := token{List: list, After: after, At: w.Now().Unix()}
	t.Sum = t.sum()
	b, err := json.Marshal(t)
	if err != nil {
		panic("awssim: token: " + err.Error()) // strings and a number always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Continue gives the key after which tok continues list: "" for an empty token,
// which begins it. It reports false for a token that was not made by Token, is
// of another list, or is older than 24 hours.
func (w *World) Continue(list, tok string) (after string, ok bool) {
	if tok == "" {
		return "", true
	}
	b, err := base64.RawURLEncoding.DecodeString(tok)
	if err != nil {
		return "", false
	}
	var t token
	if json.Unmarshal(b, &t) != nil || t.Sum != t.sum() || t.List != list {
		return "", false
	}
	if age := w.Now().Sub(time.Unix(t.At, 0)); age > tokenLife {
		return "", false
	}
	return t.After, true
}

// Page takes at most limit rows, and gives the key of the last one when there
// are more. A page continued after that key neither repeats nor skips a row that
// was there throughout, whatever is added or removed meanwhile.
func Page[V any](rows iter.Seq2[string, V], limit int) (page []V, last string) {
	var key string
	for k, v := range rows {
		if len(page) == limit {
			return page, key
		}
		page, key = append(page, v), k
	}
	return page, ""
}

// Key joins the parts of a key. No part may hold a NUL.
func Key(parts ...string) string { return strings.Join(parts, "\x00") }

// KeyPrefix gives the prefix of all keys that begin with parts.
func KeyPrefix(parts ...string) string { return strings.Join(parts, "\x00") + "\x00" }

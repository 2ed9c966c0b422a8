package dynamodb

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// knownFor is how long the token of a transaction is known (API reference, TransactWriteItems).
const knownFor = 10 * time.Minute

type transaction struct {
	TransactItems      []struct{ Put *put }
	ClientRequestToken string
}

func (s service) transact(r *wire.Request, in transaction) (any, error) {
	if n := len(in.TransactItems); n < 1 || n > mostActions {
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", mostActions)
	}
	digest, err := in.digest()
	if err != nil {
		return nil, err
	}
	if asked, known := s.w.Tables.Asked(in.ClientRequestToken, knownFor); known && in.ClientRequestToken != "" {
		if asked.Digest != digest {
			return nil, modelled(own, "IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request.")
		}
		return nothing{}, nil
	}
	all, err := s.prepareAll(r, in)
	if err != nil {
		return nil, err
	}
	failed, reasons := false, make([]reason, len(all))
	for i, p := range all {
		if reasons[i].Code = "None"; !p.holds() {
			failed, reasons[i] = true, reason{"ConditionalCheckFailed", "The conditional request failed"}
		}
	}
	if failed {
		return nil, cancelled(reasons)
	}
	for _, p := range all {
		p.table.Put(p.key, p.item)
	}
	if in.ClientRequestToken != "" {
		s.w.Tables.Answered(in.ClientRequestToken, digest)
	}
	return nothing{}, nil
}

// prepareAll judges the actions, and all of them together.
func (s service) prepareAll(r *wire.Request, in transaction) ([]prepared, error) {
	var all []prepared
	size, seen := 0, map[string]bool{}
	for _, action := range in.TransactItems {
		if action.Put == nil {
			return nil, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
		}
		p, err := s.prepare(r, *action.Put)
		if err != nil {
			return nil, err
		}
		if id := p.table.Name + "\x00" + p.key; seen[id] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		} else {
			seen[id] = true
		}
		all, size = append(all, p), size+p.size
	}
	if size > mostTransaction {
		return nil, invalid("The aggregate size of the items in the transaction exceeds 4 MB")
	}
	return all, nil
}

func (in transaction) digest() (string, error) {
	data, err := json.Marshal(in.TransactItems)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// await takes down that hints wait for a namespace.
func (k *Keeper) await(n tenancy.Namespace) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, known := k.births[n]; !known {
		k.births[n] = time.Now()
	}
	select {
	case k.waiting <- struct{}{}:
	default:
	}
}

// Births looks after the namespaces that hints wait for, until ctx ends: it lists them, all with one
// list, while there are any, and tells which are over, because they are there, or because they have
// failed, or are not there after a long time.
func (k *Keeper) Births(ctx context.Context, over func(tenancy.Namespace)) {
	for {
		select {
		case <-k.waiting:
		case <-ctx.Done():
			return
		}
		for pause := firstPoll; len(k.awaited()) > 0; pause = min(2*pause, pollEvery) {
			if !sleep(ctx, pause) {
				return
			}
			infos, err := k.Soon.QuickSight.Namespaces(ctx)
			for n, since := range k.awaited() {
				if k.isOver(n, since, infos, err) {
					k.forget(n)
					over(n)
				}
			}
		}
	}
}

func (k *Keeper) awaited() map[tenancy.Namespace]time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.births)
}

func (k *Keeper) forget(n tenancy.Namespace) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.births, n)
}

// isOver judges a namespace by a list that was read just now, and takes down what it has come to.
func (k *Keeper) isOver(n tenancy.Namespace, since time.Time, infos []tenancy.NamespaceInfo, listing error) bool {
	i := slices.IndexFunc(infos, func(i tenancy.NamespaceInfo) bool { return i.Name == n.String() })
	switch {
	case listing != nil || i < 0 || infos[i].Status == tenancy.Creating:
		return time.Since(since) > creationLimit
	case infos[i].Status == tenancy.Created:
		k.born(n)
	default:
		k.setStatus(n, infos[i].Status, infos[i].Error)
	}
	return true
}

package world

import (
	"fmt"
	"iter"
	"time"
)

// Buckets are those of S3, and their objects. The world's lock guards them.
type Buckets struct {
	w       *World
	buckets *Table[Bucket]
	objects *Table[Object] // by bucket and key
}

// Bucket is a bucket; its name is one of all accounts.
type Bucket struct {
	Name   string `json:"name"`
	Region string `json:"region,omitempty"`  // QuickSight's identity Region
	Owner  string `json:"account,omitempty"` // the world's account
}

// Object is an object.
type Object struct {
	Key  string    `json:"key"`
	Body []byte    `json:"body"`
	Type string    `json:"content_type,omitempty"`
	At   time.Time `json:"at,omitzero"`
}

// BucketSeed is a bucket with its objects.
type BucketSeed struct {
	Bucket
	Objects []Object `json:"objects,omitempty"`
}

func newBuckets(w *World) *Buckets {
	return &Buckets{w, newTable[Bucket](w.past), newTable[Object](w.past)}
}

// Get gives the bucket of that name.
func (b *Buckets) Get(name string) (Bucket, bool) { return b.buckets.Get(name) }

// Object gives an object of a bucket.
func (b *Buckets) Object(bucket, key string) (Object, bool) { return b.objects.Get(Key(bucket, key)) }

// Put keeps an object in the place of what was there.
func (b *Buckets) Put(bucket string, o Object) {
	o.At = b.w.Now().UTC()
	b.objects.Put(Key(bucket, o.Key), o)
}

// After gives a bucket's objects whose keys are greater than one, in the order of their keys.
func (b *Buckets) After(bucket, key string) iter.Seq2[string, Object] {
	return b.objects.Prefix(KeyPrefix(bucket), Key(bucket, key), View{})
}

func (b *Buckets) load(seeds []BucketSeed) error {
	for i, s := range seeds {
		s.Region, s.Owner = or(s.Region, b.w.QuickSight.region), or(s.Owner, b.w.Account)
		if _, dup := b.Get(s.Name); dup || s.Name == "" {
			return fmt.Errorf("buckets[%d] %q: the name is empty or there twice", i, s.Name)
		}
		b.buckets.Put(s.Name, s.Bucket)
		for _, o := range s.Objects {
			b.objects.Put(Key(s.Name, o.Key), o)
		}
	}
	return nil
}

func (b *Buckets) snapshot() (seeds []BucketSeed) {
	for name, one := range b.buckets.All() {
		seed := BucketSeed{Bucket: one}
		for _, o := range b.After(name, "") {
			seed.Objects = append(seed.Objects, o)
		}
		seeds = append(seeds, seed)
	}
	return seeds
}

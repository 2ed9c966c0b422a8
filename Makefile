# The go command does the work; these are names for what is typed often.
.DEFAULT_GOAL := help
.PHONY: help test check fuzz model planted bench build lambda dist generate

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## every test
	go test ./...

check: ## everything that a change must pass, as CI runs it
	.ci/run

fuzz: ## each fuzz target for a while: make fuzz FUZZTIME=1m
	FUZZTIME=$(FUZZTIME) .ci/run fuzz

model: ## the two models, with cases that nobody has seen: make model MODELCASES=20000
	RAPID_SEED=0 MODELCASES=$(MODELCASES) .ci/run model

planted: ## bugs, planted one at a time: do the tests find every one?
	.ci/run planted

bench: ## the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

build: ## the program, as ./tenantry
	go build -o tenantry ./cmd/tenantry

lambda: ## the program for AWS Lambda, as dist/lambda-arm64/bootstrap and dist/lambda-amd64/bootstrap
	.ci/lambda arm64 amd64

dist: ## a release, in dist: archives for all platforms, packages for AWS Lambda, SBOMs, checksums
	.ci/dist

generate: ## write the files in docs that are made from the source
	go generate ./...

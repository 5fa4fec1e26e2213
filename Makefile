# `make` lists the targets. All of them need Go and the module proxy only.

GO ?= go
GOFMT = $$($(GO) env GOROOT)/bin/gofmt
# Conformance: SAMPLE=n takes n programs of each bucket, evenly spread; BUCKETS is a list of core, hard, out.
SAMPLE ?= 0
BUCKETS ?= core,hard
# Soak: how long.
TIME ?= 10m
# Fuzz: N random programs, the first of seed SEED.
N ?= 200
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: all help build demo test test-full bench bench-scale bench-net size blocking patched soak conformance modules fuzz golden fmt fmt-check vet staticcheck floors generated

all: build test ## build, then test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the tool, as bin/greengen
	$(GO) build -o bin/greengen ./cmd/greengen

demo: ## the photo downloader: sequential, goroutines, green
	$(GO) build -o bin/ ./examples/downloader ./examples/downloader/photoserver
	bin/downloader -server bin/photoserver

test: fmt-check vet staticcheck floors ## what has to pass before a commit, under 12 minutes on 2 cores
	$(GO) test -vet=off -timeout 30m -parallel 8 ./transform ./... # vet has been; transform takes longest, and much of it is waiting
	$(GO) test -vet=off -race ./rt/...
	GREENGEN_HUBS=3 $(GO) test -vet=off -race ./rt/net ./rt/net/http
	$(MAKE) generated
	$(MAKE) conformance SAMPLE=24 BUCKETS=core

test-full: fmt-check vet staticcheck floors ## everything, conformance whole
	$(GO) test -timeout 60m -count=1 $$($(GO) list ./... | grep -v '/transform$$')
	$(GO) test -timeout 90m -count=1 -parallel 24 ./transform -everywhere # many at once: a busy machine finds more
	$(GO) test -timeout 60m -count=1 -race ./rt/... ./internal/weave/... ./cmd/...
	GREENGEN_HUBS=3 $(GO) test -count=1 -race ./rt/net ./rt/net/http
	$(MAKE) generated
	$(MAKE) soak
	$(MAKE) conformance

bench: ## measure against goroutines, iter.Pull and channels
	$(GO) run ./internal/bench
	$(GO) run ./internal/ops -out bench/results/ops.md
	$(GO) run ./internal/waits -out bench/results/waits.md

bench-scale: ## how the cost of a greenlet grows, from a thousand to a million of them
	$(GO) run ./internal/scale

bench-net: ## servers beside goroutines and others: idle connections, CPU a request
	cd bench && $(GO) build -o ../bin/bench-net ./net
	ulimit -n $$(ulimit -Hn); bin/bench-net -out bench/results/net.md

size: ## generated source beside that of the functions it twins
	$(GO) run ./internal/size

blocking: ## transform/color/blocking.txt anew, of this release of Go: read the diff, then make patched
	@mkdir -p bin
	$(GO) run ./internal/stdcalls > bin/blocking.txt
	mv bin/blocking.txt transform/color/blocking.txt

patched: ## docs/patched.md and what rt.Patched knows, anew
	$(GO) run ./internal/patched > docs/patched.md
	$(GO) run ./internal/patched -names > rt/patched.txt

soak: ## a server and clients under -race, with kills, timeouts and disconnects, for TIME
	$(GO) run -race ./rt/internal/soak -for $(TIME)

conformance: ## Go's own test programs, plain against green; SAMPLE=n takes n of them, 0 all
	$(GO) run ./internal/conformance -sample $(SAMPLE) -buckets $(BUCKETS)

modules: ## the own tests of std and of modules that nobody wrote for greengen, plain and green; redigo needs redis-server, pq postgresql
	$(GO) run ./internal/modules

fuzz: ## N random programs from SEED on, plain against green; what differs is made small
	$(GO) run ./internal/fuzz -n $(N) -seed $(SEED)

golden: ## write the goldens anew; read the diff before it is committed
	$(GO) test ./transform/color ./transform/desugar ./transform/cfg ./transform/live ./transform/emit -update
	UPDATE=1 $(GO) test ./cmd/greengen -run 'TestErrors|TestScripts'

fmt: ## gofmt
	$(GOFMT) -l -w $(sources)

fmt-check:
	@bad=$$($(GOFMT) -l $(sources)); [ -z "$$bad" ] || { echo "gofmt would change, run make fmt:"; echo "$$bad"; exit 1; }

vet: ## go vet
	$(GO) vet ./...

staticcheck: ## staticcheck, in the version of go.mod
	$(GO) tool staticcheck ./...

floors: ## who may import whom
	$(GO) test ./transform -run 'TestFloors|TestRestricted'

# packages of the runtime that greengen makes twins for, each by itself
own = $$(grep -rl --include=*.go '^//go:generate .*cmd/greengen$$' rt | xargs -n1 dirname | sort -u)

generated: ## committed generated files are up to date
	$(GO) run ./cmd/greengen gen -check-stale ./...
	@for d in $(own); do echo greengen gen -check-stale ./$$d; $(GO) run ./cmd/greengen gen -check-stale ./$$d || exit 1; done

sources = $$(find . -name '*.go' -not -path '*/testdata/*' -not -path './.git/*')

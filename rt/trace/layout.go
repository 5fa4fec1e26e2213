package trace

// Words of the header.
const (
	Blocks    = iota // how many blocks there are; set by who makes the file
	Main             // number of main's first block; set by who makes the file
	Jitter           // see "Jitter": 0 is none, 1 always, others are seeds; set by who makes the file
	Order            // hash of the order
	Entered          // blocks entered
	Green            // of these, in green code
	Suspended        // of these, resumed with the hub's turn moved
	Parks            // suspensions that the hub counted, at the last green block
	Offloads         // offloads that the hub counted, at the last green block
	Stray            // calls with a number out of range

	headerWords = 16
)

// Words of a block.
const (
	Early  = iota // before main began
	Plain         // by plain code
	AsTwin        // by green code

	blockWords
)

// Size is the size of a file for n blocks.
func Size(n int) int { return 8 * (headerWords + blockWords*n) }

// At is the index of a word of block n, 1 and up.
func At(n, word int) int { return headerWords + blockWords*(n-1) + word }

// prime is that of FNV-1a.
const prime = 0x100000001b3

// Next adds block n to the hash of an order.
func Next(hash, n uint64) uint64 { return (hash ^ n) * prime }

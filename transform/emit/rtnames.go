package emit

// Where emitted code finds the runtime. A test looks each name up.
const (
	rtPath    = "github.com/greengen/greengen/rt"
	greenPath = rtPath + "/green"
	chansPath = rtPath + "/chans"
	syncPath  = rtPath + "/sync"
	netPath   = rtPath + "/net"
	ioPath    = rtPath + "/io"
	httpPath  = rtPath + "/net/http"
)

// Where the program starts.

import Foundation

@main
enum Program {
    static func main() async {
        letModelThreadsSleep()
        await Concord.main()
    }

    /// llama.cpp's threads spin where they meet, by default for so long that a batch takes eight times as long when
    /// PostgreSQL and browsers want the same cores. OpenMP reads how long only as the program is loaded: say it, and
    /// load again. What the environment says already is left as it is.
    private static func letModelThreadsSleep() {
        guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil,
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        else { return }
        setenv("GOMP_SPINCOUNT", "1000", 1)
        execv(program, CommandLine.unsafeArgv)
        // Reached only when loading again failed; the server then works as it is.
    }
}

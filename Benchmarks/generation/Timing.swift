// What a contender took.

/// Seconds for one request.
struct Timing {
    var prompt: Double
    var decode: Double

    var total: Double { prompt + decode }
}

// The 7-point scale.

enum Likert {
    /// The nearest point of the scale, 1 to 7.
    static func point(_ value: Double) -> Int {
        Int(min(7, max(1, value)).rounded())
    }
}

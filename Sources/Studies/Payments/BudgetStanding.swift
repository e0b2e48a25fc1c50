// How a study's budget stands.

/// What of a study's budget is used. Amounts are texts with two decimals, in the study's currency.
public struct BudgetStanding: Codable, Sendable, Equatable {
    public let budget: String
    /// What has been written down, paid or not.
    public let owed: String
    /// What the people who are in the study now may come to, without bonuses.
    public let promised: String
    public let left: String
    /// The most that one more person may come to, without a bonus.
    public let place: String
    /// How many people are in the study now.
    public let people: Int
    /// For how many more there is money; nil where a place costs nothing.
    public let places: Int?
    /// The share of the budget that is owed or promised.
    public let share: Double
    /// Whether that is so much that an admin should know.
    public let isTight: Bool

    init(budget: Int64, owed: Int64, promised: Int64, people: Int, place: Int64) {
        let left = budget - owed - promised
        self.budget = Cents.text(budget)
        self.owed = Cents.text(owed)
        self.promised = Cents.text(promised)
        self.left = Cents.text(left)
        self.place = Cents.text(place)
        self.people = people
        places = place > 0 ? Int(max(0, left) / place) : nil
        share = budget > 0 ? Double(owed + promised) / Double(budget) : 1
        isTight = share >= Budget.warningShare
    }

    /// Whether one more person can be paid.
    var hasRoom: Bool { places.map { $0 > 0 } ?? true }

    /// What is left, in hundredths.
    var leftCents: Int64 { Cents.of(left) ?? 0 }
}

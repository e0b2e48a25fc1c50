// What members who were left out, and those who were not, made of an exclusion condition and its full twin, as sums.

/// The member-rounds of one group in which a member rated both twins.
public struct ExclusionTally: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    /// Member-rounds in which the member was left out: their number, their agreement with the full twin minus that with
    /// the exclusion condition, and their agreement with the exclusion condition.
    public var excluded: Double
    public var lossOfExcluded: Double
    public var agreementOfExcluded: Double
    /// The same where the member was not.
    public var included: Double
    public var lossOfIncluded: Double
    public var agreementOfIncluded: Double

    public init(
        group: Int, excluded: Double, lossOfExcluded: Double, agreementOfExcluded: Double, included: Double,
        lossOfIncluded: Double, agreementOfIncluded: Double
    ) {
        self.group = group
        self.excluded = excluded
        self.lossOfExcluded = lossOfExcluded
        self.agreementOfExcluded = agreementOfExcluded
        self.included = included
        self.lossOfIncluded = lossOfIncluded
        self.agreementOfIncluded = agreementOfIncluded
    }
}

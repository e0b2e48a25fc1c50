// The rule by which a round moves. Pure: what has happened, in; the new state and what is to be done, out.

import Foundation

/// One round of a group, as a value. ``take(_:)`` changes it by what happens; the database's side of it, and nothing
/// else, is `RoundProgression`, which reads the value from rows and carries out the effects.
///
/// Events are facts: taking one again changes nothing more. When the round opens a phase in which something is put before
/// the members, or made, the effects end with that; what it came to is the next event (``Event/presented(_:)``,
/// ``Event/ordered(_:)``).
public struct RoundMachine: Sendable, Equatable {
    /// What the study says of its rounds.
    public struct Rules: Sendable, Equatable {
        /// Members that a group needs to go on.
        public var minimum: Int
        /// How many rounds in a row somebody may leave unanswered before they count as a dropout.
        public var missedRounds: Int
        public var ratesOpinions: Bool
        public var hasSurvey: Bool
        /// Whether no other round comes after this one.
        public var isLastRound: Bool
        /// Whether opinions that may not be shown yet are waited for.
        public var reviewsOpinions: Bool

        public init(
            minimum: Int, missedRounds: Int, ratesOpinions: Bool, hasSurvey: Bool, isLastRound: Bool, reviewsOpinions: Bool = false
        ) {
            self.minimum = minimum
            self.missedRounds = missedRounds
            self.ratesOpinions = ratesOpinions
            self.hasSurvey = hasSurvey
            self.isLastRound = isLastRound
            self.reviewsOpinions = reviewsOpinions
        }
    }

    public enum Presence: Sendable, Equatable {
        /// The group waits for them.
        case present
        /// They let a deadline pass; the group does not wait for them until they answer again.
        case away
        /// They are not in the group any more.
        case left
    }

    public struct Member: Sendable, Equatable {
        public let id: UUID
        public var presence: Presence
        /// Whether their opinion is there.
        public var hasWritten: Bool
        /// Whether their opinion waits for somebody to decide whether it may be shown.
        public var isHeld: Bool
        /// Whether they have rated anything in this round.
        public var hasRated: Bool
        /// What is put before them in the present phase and awaits a rating, by the id under which they were shown it.
        public var unrated: Set<UUID>
        public var hasSurveyed: Bool
        /// Rounds in a row in which they answered nothing, this one not counted.
        public var missedRounds: Int

        public init(
            id: UUID, presence: Presence = .present, hasWritten: Bool = false, isHeld: Bool = false, hasRated: Bool = false,
            unrated: Set<UUID> = [], hasSurveyed: Bool = false, missedRounds: Int = 0
        ) {
            self.id = id
            self.presence = presence
            self.hasWritten = hasWritten
            self.isHeld = isHeld
            self.hasRated = hasRated
            self.unrated = unrated
            self.hasSurveyed = hasSurveyed
            self.missedRounds = missedRounds
        }
    }

    /// One condition's statements in the making.
    public struct Generation: Sendable, Equatable {
        public enum State: String, Sendable, CaseIterable {
            case queued, running, finished, failed, skipped

            /// Whether statements may still come of it.
            public var isOpen: Bool { self == .queued || self == .running }
        }

        public let id: UUID
        public var state: State
        /// How many opinions it needs: two for a model, one where an opinion is shown, none for position statements.
        public var needs: Int
        /// Whose opinions go in.
        public var included: Set<UUID>
        /// The generations that leave members out, and else are as this one is.
        public var exclusions: Set<UUID>
        /// Statements of it that have a text.
        public var statements: Int

        public init(
            id: UUID, state: State = .queued, needs: Int = 2, included: Set<UUID> = [],
            exclusions: Set<UUID> = [], statements: Int = 0
        ) {
            self.id = id
            self.state = state
            self.needs = needs
            self.included = included
            self.exclusions = exclusions
            self.statements = statements
        }
    }

    /// Something that has happened in the round.
    public enum Event: Sendable, Equatable {
        /// A member has given a stance, which nothing waits for.
        case answered(UUID)
        /// A member's opinion is in.
        case wrote(UUID)
        /// Somebody has decided whether a member's opinion may be shown. If it may not, what was put before others under
        /// `withdrawn` is taken back, and generations have so many statements left.
        case reviewed(UUID, withdrawn: Set<UUID>, statementsLeft: [UUID: Int])
        /// A member has rated what was put before them under `of`.
        case rated(UUID, of: UUID)
        case surveyed(UUID)
        /// A member's part has ended, by their choice or another's.
        case left(UUID)
        /// A member, who has left, has had their words deleted, and with them what quotes them: what was put before
        /// others under `withdrawn`, and texts of statements, of which generations have so many left.
        case erased(UUID, withdrawn: Set<UUID>, statementsLeft: [UUID: Int])
        /// Something has been put before the members: per member, under which ids.
        case presented([UUID: Set<UUID>])
        /// Statements have been ordered.
        case ordered([Generation])
        /// A generation has come to so many statements.
        case finished(UUID, statements: Int)
        /// A worker could not make a generation, or is lost with it, in this try, from 1.
        case failed(UUID, attempt: Int, because: String)
        /// A worker takes too long for a generation, in this try.
        case hung(UUID, attempt: Int)
        /// The time for the present phase is over.
        case deadlinePassed
        /// A study admin ends the round with what has come in by now.
        case endedEarly
        /// A study admin lets the group go.
        case released
    }

    /// Something to be done, each once.
    public enum Effect: Sendable, Equatable {
        /// The member let the deadline of a phase pass.
        case markAway(UUID, in: RoundPhase)
        /// The member is back.
        case welcomeBack(UUID)
        /// Let an admin decide about the opinions that wait for it.
        case openReview
        /// Put the opinions before the members.
        case openOpinionRatings
        /// Order the statements.
        case openDrafting
        /// Put the statements before the members.
        case openRatings
        /// The generation is tried again, elsewhere if somebody is there.
        case retry(UUID, because: String)
        /// The generation is made anew, of the opinions that are left.
        case remake(UUID, of: Set<UUID>)
        /// The generation is not made: it failed …
        case giveUp(UUID, because: String)
        /// … or would be the same as another.
        case skip(UUID, because: String)
        /// The round is over.
        case finishRound
        /// The round is over: too few are left.
        case abandonRound
        /// So many rounds in a row the member has missed by now.
        case countMissed(UUID, Int)
        /// The member is a dropout.
        case drop(UUID)
        case startNextRound
        /// The group has been through its last round.
        case finishGroup
        /// The group ends before its last round.
        case releaseGroup
        /// The member goes on to what comes after the rounds.
        case passOn(UUID)
        /// The member is let go with the group.
        case letGo(UUID)
    }

    /// How often a generation is tried before its condition is given up for the round.
    public static let maximumAttempts = 2

    public let rules: Rules
    public private(set) var phase: RoundPhase
    public private(set) var members: [Member]
    public private(set) var generations: [Generation]
    /// Whether a phase has been opened, and what it came to is not known yet.
    private var isOpening = false

    public init(rules: Rules, phase: RoundPhase = .opinions, members: [Member], generations: [Generation] = []) {
        self.rules = rules
        self.phase = phase
        self.members = members
        self.generations = generations
    }

    /// Members whom the round waits for.
    private var present: [Member] { members.filter { $0.presence == .present } }

    /// Changes the round by what has happened.
    /// - Returns: what is to be done, in that order.
    public mutating func take(_ event: Event) -> [Effect] {
        var effects = happen(event)
        while let move = nextMove() { effects += move }
        return effects
    }

    // MARK: - What happens

    private mutating func happen(_ event: Event) -> [Effect] {
        switch event {
        case .answered(let id):
            return comeBack(id)
        case .wrote(let id):
            change(id) { $0.hasWritten = true }
            return comeBack(id)
        case .reviewed(let id, let withdrawn, let statementsLeft):
            change(id) { $0.isHeld = false }
            withdraw(withdrawn, statementsLeft)
            return []
        case .rated(let id, let shown):
            change(id) {
                $0.hasRated = true
                $0.unrated.remove(shown)
            }
            return comeBack(id)
        case .surveyed(let id):
            change(id) { $0.hasSurveyed = true }
            return comeBack(id)
        case .left(let id):
            change(id) { $0.presence = .left }
            return []
        case .erased(let id, let withdrawn, let statementsLeft):
            return erase(id, withdrawn, statementsLeft)
        case .presented(let shown):
            isOpening = false
            for (id, ids) in shown { change(id) { $0.unrated = ids } }
            return []
        case .ordered(let generations):
            isOpening = false
            self.generations = generations
            return []
        case .finished(let id, let statements):
            changeGeneration(id) {
                $0.state = .finished
                $0.statements = statements
            }
            return []
        case .failed(let id, let attempt, let reason):
            guard generations.contains(where: { $0.id == id && $0.state.isOpen }) else { return [] }
            guard attempt < Self.maximumAttempts else { return [giveUp(id, because: reason)] }
            changeGeneration(id) { $0.state = .queued }
            return [.retry(id, because: reason)]
        case .hung(let id, let attempt):
            // Whoever has it for the last time has it to the deadline.
            guard attempt < Self.maximumAttempts, generations.contains(where: { $0.id == id && $0.state.isOpen }) else {
                return []
            }
            changeGeneration(id) { $0.state = .queued }
            return [.retry(id, because: "not made within half of the study's time limit")]
        case .deadlinePassed:
            return passDeadline()
        case .endedEarly:
            guard phase.isLive else { return [] }
            // Nobody has missed a round in which they still had time.
            return giveUpAll(because: "a study admin ended the round") + finish(countingMissed: false)
        case .released:
            return phase.isLive ? abandon() : []
        }
    }

    private mutating func comeBack(_ id: UUID) -> [Effect] {
        guard members.contains(where: { $0.id == id && $0.presence == .away }) else { return [] }
        change(id) { $0.presence = .present }
        return [.welcomeBack(id)]
    }

    private mutating func passDeadline() -> [Effect] {
        let late: [Member]
        switch phase {
        case .pending, .finished, .abandoned: return []
        case .opinions: late = present.filter { !$0.hasWritten }
        case .review:
            // What nobody has decided about is not shown.
            for index in members.indices { members[index].isHeld = false }
            return []
        case .opinionRatings: late = present.filter { !$0.unrated.isEmpty }
        case .ratings: late = present.filter { !$0.unrated.isEmpty || lacksSurvey($0) }
        case .drafting: return giveUpAll(because: "not made within the study's time limit")
        }
        for member in late { change(member.id) { $0.presence = .away } }
        return late.map { .markAway($0.id, in: phase) }
    }

    private mutating func erase(_ id: UUID, _ withdrawn: Set<UUID>, _ statementsLeft: [UUID: Int]) -> [Effect] {
        change(id) {
            $0.hasWritten = false
            $0.isHeld = false
            $0.hasRated = false
            $0.unrated = []
        }
        withdraw(withdrawn, statementsLeft)
        // What is being made of these words is made again without them, where enough are left.
        let open = generations.filter { $0.state.isOpen && $0.included.contains(id) }
        for generation in open { changeGeneration(generation.id) { $0.included.remove(id) } }
        var effects: [Effect] = []
        for generation in generations where open.contains(where: { $0.id == generation.id }) && generation.needs > 0 {
            let isAsExclusion = generations.contains {
                generation.exclusions.contains($0.id) && $0.included == generation.included
                    && ($0.state.isOpen || $0.state == .finished)
            }
            if generation.included.count < generation.needs {
                effects.append(giveUp(generation.id, because: "a member withdrew"))
            } else if isAsExclusion {
                changeGeneration(generation.id) { $0.state = .skipped }
                effects.append(
                    .skip(generation.id, because: "a member withdrew, without whom it is the same as the condition that left them out"))
            } else {
                changeGeneration(generation.id) { $0.state = .queued }
                effects.append(.remake(generation.id, of: generation.included))
            }
        }
        return effects
    }

    private mutating func withdraw(_ withdrawn: Set<UUID>, _ statementsLeft: [UUID: Int]) {
        for index in members.indices { members[index].unrated.subtract(withdrawn) }
        for (generation, statements) in statementsLeft { changeGeneration(generation) { $0.statements = statements } }
    }

    private mutating func giveUp(_ id: UUID, because reason: String) -> Effect {
        changeGeneration(id) { $0.state = .failed }
        return .giveUp(id, because: reason)
    }

    private mutating func giveUpAll(because reason: String) -> [Effect] {
        generations.filter(\.state.isOpen).map { giveUp($0.id, because: reason) }
    }

    // MARK: - How the round moves

    /// The effects of the next move that what has come in allows; nil while the round has to wait. Members who are left
    /// once opinions are in may rate what was made, also when they have become too few for another round.
    private mutating func nextMove() -> [Effect]? {
        guard !isOpening else { return nil }
        switch phase {
        case .pending, .finished, .abandoned: return nil
        case .opinions:
            if present.count < rules.minimum { return abandon() }
            guard present.allSatisfy(\.hasWritten) else { return nil }
            return rules.reviewsOpinions && isAnybodyHeld ? open(.review, .openReview) : useOpinions()
        case .review:
            if present.isEmpty { return abandon() }
            return isAnybodyHeld ? nil : useOpinions()
        case .opinionRatings:
            if present.isEmpty { return abandon() }
            return present.allSatisfy(\.unrated.isEmpty) ? open(.drafting, .openDrafting) : nil
        case .drafting:
            if present.isEmpty { return abandon() }
            guard !generations.contains(where: \.state.isOpen) else { return nil }
            return generations.contains { $0.statements > 0 } ? open(.ratings, .openRatings) : finish()
        case .ratings:
            return present.allSatisfy { $0.unrated.isEmpty && !lacksSurvey($0) } ? finish() : nil
        }
    }

    /// Whether the opinion of somebody who is still in the group waits for a decision.
    private var isAnybodyHeld: Bool { members.contains { $0.isHeld && $0.presence != .left } }

    /// Opinions are in, and it is known which may be shown.
    private mutating func useOpinions() -> [Effect] {
        let writers = members.count { $0.hasWritten && $0.presence != .left }
        return rules.ratesOpinions && writers >= 2
            ? open(.opinionRatings, .openOpinionRatings) : open(.drafting, .openDrafting)
    }

    private mutating func open(_ next: RoundPhase, _ effect: Effect) -> [Effect] {
        phase = next
        isOpening = true
        for index in members.indices { members[index].unrated = [] }
        return [effect]
    }

    /// The round is over: who missed it, who is a dropout by it, and whether the group goes on.
    private mutating func finish(countingMissed: Bool = true) -> [Effect] {
        phase = .finished
        var effects: [Effect] = [.finishRound]
        for member in members where countingMissed && member.presence != .left {
            let missed = member.hasWritten || member.hasRated ? 0 : member.missedRounds + 1
            if missed != member.missedRounds { effects.append(.countMissed(member.id, missed)) }
            change(member.id) { $0.missedRounds = missed }
        }
        let limit = rules.missedRounds
        effects += drop { $0.missedRounds >= limit }
        if rules.isLastRound {
            effects.append(.finishGroup)
            effects += drop { $0.presence == .away }
            return effects + dismiss { .passOn($0) }
        }
        if present.count >= rules.minimum { return effects + [.startNextRound] }
        return effects + release()
    }

    private mutating func abandon() -> [Effect] {
        phase = .abandoned
        return [.abandonRound] + giveUpAll(because: "the group ended") + release()
    }

    /// Those who are there are let go with thanks; those who are away are dropouts.
    private mutating func release() -> [Effect] {
        let dropped = drop { $0.presence == .away }
        return [.releaseGroup] + dropped + dismiss { .letGo($0) }
    }

    private mutating func drop(where isDropout: (Member) -> Bool) -> [Effect] {
        let dropouts = members.filter { $0.presence != .left && isDropout($0) }
        for member in dropouts { change(member.id) { $0.presence = .left } }
        return dropouts.map { .drop($0.id) }
    }

    private func dismiss(_ effect: (UUID) -> Effect) -> [Effect] {
        members.filter { $0.presence != .left }.map { effect($0.id) }
    }

    private func lacksSurvey(_ member: Member) -> Bool { rules.hasSurvey && !member.hasSurveyed }

    private mutating func change(_ id: UUID, _ body: (inout Member) -> Void) {
        guard let index = members.firstIndex(where: { $0.id == id }) else { return }
        body(&members[index])
    }

    private mutating func changeGeneration(_ id: UUID, _ body: (inout Generation) -> Void) {
        guard let index = generations.firstIndex(where: { $0.id == id }) else { return }
        body(&generations[index])
    }
}

// Everything under /api/admin.

import Hummingbird
import Postgres

/// The admin API: each controller lists its own routes.
struct AdminRoutes {
    let database: Database
    let feed: ChangeFeed

    func add(to router: Router<ConcordContext>) {
        let admin = router.group("api/admin").add(middleware: Authentication(database: database))
        SessionController(database: database).addRoutes(to: admin)
        UserController(database: database).addRoutes(to: admin)
        StudyController(database: database).addRoutes(to: admin)
        StudyFileController(database: database).addRoutes(to: admin)
        PictureController(database: database).addRoutes(to: admin)
        PreviewAdminController(database: database).addRoutes(to: admin)
        RehearsalController(database: database).addRoutes(to: admin)
        ShareController(database: database).addRoutes(to: admin)
        ResultsController(database: database).addRoutes(to: admin)
        ReportController(database: database).addRoutes(to: admin)
        AuditController(database: database).addRoutes(to: admin)
        DumpController(database: database).addRoutes(to: admin)
        JobController(database: database).addRoutes(to: admin)
        QuestionSetController(database: database).addRoutes(to: admin)
        QuestionImportController(database: database).addRoutes(to: admin)
        QuestionWorkController(database: database).addRoutes(to: admin)
        StudyRecruitmentController(database: database).addRoutes(to: admin)
        PaymentController(database: database).addRoutes(to: admin)
        TextController(database: database).addRoutes(to: admin)
        ModelController(database: database).addRoutes(to: admin)
        WatchController(database: database, feed: feed).addRoutes(to: admin)
        InterventionController(database: database).addRoutes(to: admin)
    }
}

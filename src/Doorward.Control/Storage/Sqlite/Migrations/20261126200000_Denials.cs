using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>Indexes over denials alone; and what nothing reads or writes any more goes.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261126200000_Denials")]
internal sealed class Denials : Migration
{
    private const string Denied = "NOT (\"Allowed\")";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateIndex("IX_Denials_At", "Decisions", "At", filter: Denied);
        migrationBuilder.CreateIndex("IX_Denials_Cause_At", "Decisions", ["Cause", "At"], filter: Denied);
        migrationBuilder.CreateIndex("IX_Denials_SubjectId_At", "Decisions", ["SubjectId", "At"], filter: Denied);
        migrationBuilder.CreateIndex("IX_Denials_Application_At", "Decisions", ["Application", "At"], filter: Denied);

        // Said in SQL: the migrator would copy the whole table.
        migrationBuilder.Sql("""ALTER TABLE "Tokens" DROP COLUMN "LastUse";""");
        migrationBuilder.Sql("""ALTER TABLE "Users" DROP COLUMN "LastSignIn";""");
        migrationBuilder.Sql("""ALTER TABLE "Failures" DROP COLUMN "LockedUntil";""");
        migrationBuilder.DropTable("SpoolPositions");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "SpoolPositions",
            columns: table => new
            {
                SpoolId = table.Column<string>(type: "TEXT", nullable: false),
                Gateway = table.Column<string>(type: "TEXT", nullable: false),
                Through = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_SpoolPositions", x => x.SpoolId));
        migrationBuilder.AddColumn<long>("LockedUntil", "Failures", "INTEGER", nullable: true);
        migrationBuilder.AddColumn<long>("LastSignIn", "Users", "INTEGER", nullable: true);
        migrationBuilder.AddColumn<long>("LastUse", "Tokens", "INTEGER", nullable: true);
        migrationBuilder.DropIndex("IX_Denials_Application_At", "Decisions");
        migrationBuilder.DropIndex("IX_Denials_SubjectId_At", "Decisions");
        migrationBuilder.DropIndex("IX_Denials_Cause_At", "Decisions");
        migrationBuilder.DropIndex("IX_Denials_At", "Decisions");
    }
}

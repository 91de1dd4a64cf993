using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>References without a decision, and who ended a session and why.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261125000000_Refusals")]
internal sealed class Refusals : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("EndCause", "Sessions", "TEXT", nullable: true);
        migrationBuilder.AddColumn<string>("EndedBy", "Sessions", "TEXT", nullable: true);
        migrationBuilder.AddColumn<string>("Told", "Decisions", "TEXT", nullable: true);
        migrationBuilder.AddColumn<string>("By", "Decisions", "TEXT", nullable: true);
        migrationBuilder.CreateTable(
            name: "Refusals",
            columns: table => new
            {
                Id = table.Column<string>(type: "TEXT", nullable: false),
                Gateway = table.Column<string>(type: "TEXT", nullable: false),
                At = table.Column<long>(type: "INTEGER", nullable: false),
                Status = table.Column<int>(type: "INTEGER", nullable: false),
                Code = table.Column<string>(type: "TEXT", nullable: false),
                Told = table.Column<string>(type: "TEXT", nullable: false),
                Detail = table.Column<string>(type: "TEXT", nullable: true),
                Application = table.Column<string>(type: "TEXT", nullable: true),
                Host = table.Column<string>(type: "TEXT", nullable: true),
                Method = table.Column<string>(type: "TEXT", nullable: true),
                Path = table.Column<string>(type: "TEXT", nullable: true),
                Address = table.Column<string>(type: "TEXT", nullable: true),
                SessionId = table.Column<string>(type: "TEXT", nullable: true),
                SubjectId = table.Column<string>(type: "TEXT", nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Refusals", x => x.Id));
        migrationBuilder.CreateIndex("IX_Refusals_At", "Refusals", "At");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("Refusals");
        migrationBuilder.DropColumn("By", "Decisions");
        migrationBuilder.DropColumn("Told", "Decisions");
        migrationBuilder.DropColumn("EndedBy", "Sessions");
        migrationBuilder.DropColumn("EndCause", "Sessions");
    }
}

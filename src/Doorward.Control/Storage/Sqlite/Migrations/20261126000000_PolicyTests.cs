using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>Tests kept with each version of a policy.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261126000000_PolicyTests")]
internal sealed class PolicyTests : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("TestsJson", "Policies", "TEXT", nullable: true);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.DropColumn("TestsJson", "Policies");
}

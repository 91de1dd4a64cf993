using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>How long a confirmation counts, and a version of the settings, so that their changes meet each other.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261126200000_Confirmation")]
internal sealed class Confirmation : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<TimeSpan>("Confirmation", "Settings", "TEXT", nullable: false, defaultValue: TimeSpan.FromMinutes(15));
        migrationBuilder.AddColumn<long>("Version", "Settings", "INTEGER", nullable: false, defaultValue: 1L);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn("Confirmation", "Settings");
        migrationBuilder.DropColumn("Version", "Settings");
    }
}

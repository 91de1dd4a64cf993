using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>Where the browser and the device were when the device signed for a session.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261127210000_SessionPlaces")]
internal sealed class SessionPlaces : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("BoundAddress", "Sessions", "TEXT", nullable: true);
        migrationBuilder.AddColumn<string>("BoundClient", "Sessions", "TEXT", nullable: true);
        migrationBuilder.AddColumn<string>("BoundDeviceAddress", "Sessions", "TEXT", nullable: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn("BoundAddress", "Sessions");
        migrationBuilder.DropColumn("BoundClient", "Sessions");
        migrationBuilder.DropColumn("BoundDeviceAddress", "Sessions");
    }
}

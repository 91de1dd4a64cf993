using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>What lists of devices are filtered by, and whether people may enrol machines of their own. Concluded anew for each device at the next start.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261127200000_DeviceFindings")]
internal sealed class DeviceFindings : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Health", "Devices", "TEXT", nullable: false, defaultValue: "red");
        migrationBuilder.AddColumn<string>("Findings", "Devices", "TEXT", nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<bool>("OwnDevices", "Settings", "INTEGER", nullable: false, defaultValue: false);
        migrationBuilder.CreateIndex("IX_Devices_Health", "Devices", "Health");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("IX_Devices_Health", "Devices");
        migrationBuilder.DropColumn("OwnDevices", "Settings");
        migrationBuilder.DropColumn("Findings", "Devices");
        migrationBuilder.DropColumn("Health", "Devices");
    }
}

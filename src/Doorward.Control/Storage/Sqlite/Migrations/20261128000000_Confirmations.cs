using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>What providers of posture say of devices.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261128000000_Confirmations")]
internal sealed class DeviceConfirmations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("Confirmations", "Devices", "TEXT", nullable: false, defaultValue: "");

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("""ALTER TABLE "Devices" DROP COLUMN "Confirmations";""");
}

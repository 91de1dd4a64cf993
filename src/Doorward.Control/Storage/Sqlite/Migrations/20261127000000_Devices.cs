using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>Enrolled machines, the links that enrol them, and how their posture changed.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261127000000_Devices")]
internal sealed class Devices : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(
            name: "DeviceId",
            table: "Sessions",
            type: "TEXT",
            nullable: true);

        migrationBuilder.CreateTable(
            name: "DeviceInvitations",
            columns: table => new
            {
                Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                OwnerId = table.Column<string>(type: "TEXT", nullable: true),
                Name = table.Column<string>(type: "TEXT", nullable: true),
                Labels = table.Column<string>(type: "TEXT", nullable: false),
                CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                Created = table.Column<long>(type: "INTEGER", nullable: false),
                Expires = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_DeviceInvitations", x => x.Hash));

        migrationBuilder.CreateTable(
            name: "Devices",
            columns: table => new
            {
                Id = table.Column<string>(type: "TEXT", nullable: false),
                Name = table.Column<string>(type: "TEXT", nullable: false),
                NormalizedName = table.Column<string>(type: "TEXT", nullable: false),
                OwnerId = table.Column<string>(type: "TEXT", nullable: true),
                Platform = table.Column<string>(type: "TEXT", nullable: false),
                HostName = table.Column<string>(type: "TEXT", nullable: false),
                PublicKey = table.Column<byte[]>(type: "BLOB", nullable: false),
                KeyHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                KeyAssurance = table.Column<string>(type: "TEXT", nullable: false),
                EndorsementHash = table.Column<byte[]>(type: "BLOB", nullable: true),
                AttestationKey = table.Column<byte[]>(type: "BLOB", nullable: true),
                Standing = table.Column<string>(type: "TEXT", nullable: false),
                HoldCause = table.Column<string>(type: "TEXT", nullable: true),
                StandingReason = table.Column<string>(type: "TEXT", nullable: true),
                Labels = table.Column<string>(type: "TEXT", nullable: false),
                Enrolled = table.Column<long>(type: "INTEGER", nullable: false),
                InvitedBy = table.Column<string>(type: "TEXT", nullable: false),
                CertificateExpires = table.Column<long>(type: "INTEGER", nullable: false),
                SessionKeys = table.Column<byte[]>(type: "BLOB", nullable: true),
                Posture = table.Column<string>(type: "TEXT", nullable: false),
                Reported = table.Column<long>(type: "INTEGER", nullable: true),
                Verdict = table.Column<string>(type: "TEXT", nullable: false),
                Compliant = table.Column<bool>(type: "INTEGER", nullable: false),
                Due = table.Column<long>(type: "INTEGER", nullable: true),
                Stale = table.Column<bool>(type: "INTEGER", nullable: false),
                Revision = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_Devices", x => x.Id));

        migrationBuilder.CreateTable(
            name: "DeviceFactChanges",
            columns: table => new
            {
                Id = table.Column<long>(type: "INTEGER", nullable: false)
                    .Annotation("Sqlite:Autoincrement", true),
                DeviceId = table.Column<string>(type: "TEXT", nullable: false),
                Name = table.Column<string>(type: "TEXT", nullable: false),
                Result = table.Column<string>(type: "TEXT", nullable: false),
                Evidence = table.Column<string>(type: "TEXT", nullable: true),
                At = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_DeviceFactChanges", x => x.Id);
                table.ForeignKey(
                    name: "FK_DeviceFactChanges_Devices_DeviceId",
                    column: x => x.DeviceId,
                    principalTable: "Devices",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateTable(
            name: "DeviceReportMarks",
            columns: table => new
            {
                DeviceId = table.Column<string>(type: "TEXT", nullable: false),
                LastReport = table.Column<long>(type: "INTEGER", nullable: false),
                Sequence = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_DeviceReportMarks", x => x.DeviceId);
                table.ForeignKey(
                    name: "FK_DeviceReportMarks_Devices_DeviceId",
                    column: x => x.DeviceId,
                    principalTable: "Devices",
                    principalColumn: "Id",
                    onDelete: ReferentialAction.Cascade);
            });

        migrationBuilder.CreateIndex(name: "IX_Sessions_DeviceId", table: "Sessions", column: "DeviceId");

        migrationBuilder.CreateIndex(name: "IX_DeviceFactChanges_At", table: "DeviceFactChanges", column: "At");

        migrationBuilder.CreateIndex(name: "IX_DeviceFactChanges_DeviceId_At", table: "DeviceFactChanges", columns: ["DeviceId", "At"]);

        migrationBuilder.CreateIndex(name: "IX_Devices_Due", table: "Devices", column: "Due");

        migrationBuilder.CreateIndex(
            name: "IX_Devices_KeyHash",
            table: "Devices",
            column: "KeyHash",
            unique: true);

        migrationBuilder.CreateIndex(
            name: "IX_Devices_NormalizedName",
            table: "Devices",
            column: "NormalizedName",
            unique: true,
            filter: "\"Standing\" <> 'Retired'");

        migrationBuilder.CreateIndex(name: "IX_Devices_OwnerId", table: "Devices", column: "OwnerId");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("DeviceFactChanges");

        migrationBuilder.DropTable("DeviceInvitations");

        migrationBuilder.DropTable("DeviceReportMarks");

        migrationBuilder.DropTable("Devices");

        migrationBuilder.DropIndex("IX_Sessions_DeviceId", "Sessions");

        migrationBuilder.DropColumn("DeviceId", "Sessions");
    }
}

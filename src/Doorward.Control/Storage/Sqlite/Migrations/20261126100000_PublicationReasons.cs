using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>Why policies were published, kept with their versions.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261126100000_PublicationReasons")]
internal sealed class PublicationReasons : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<string>("Reason", "Publications", "TEXT", nullable: true);

    protected override void Down(MigrationBuilder migrationBuilder) =>
        migrationBuilder.DropColumn("Reason", "Publications");
}

return [==[
# neap.mk - targets for the database. In your Makefile: include neap.mk
#
#   make db-setup                make the database and all that belongs into it
#   make db-upgrade              apply what is pending
#   make db-downgrade            undo the last revision
#   make db-status               what is applied and pending
#   make db-check                for CI: fails unless everything is applied
#   make db-revision MSG="..."   a new revision
#   make db-sql FROM=rev         what an upgrade from there would run, as a script
NEAP ?= neap
NEAP_DIR := $(dir $(lastword $(MAKEFILE_LIST)))

db-setup:
	$(NEAP) -C '$(NEAP_DIR)' setup

db-upgrade:
	$(NEAP) -C '$(NEAP_DIR)' upgrade heads

db-downgrade:
	$(NEAP) -C '$(NEAP_DIR)' downgrade -1

db-status:
	-$(NEAP) -C '$(NEAP_DIR)' status

db-check:
	$(NEAP) -C '$(NEAP_DIR)' current --check-heads

db-revision:
	$(NEAP) -C '$(NEAP_DIR)' revision -m "$$MSG"

db-sql:
	@$(NEAP) -C '$(NEAP_DIR)' upgrade '$(or $(FROM),base):heads' --sql

.PHONY: db-setup db-upgrade db-downgrade db-status db-check db-revision db-sql
]==]

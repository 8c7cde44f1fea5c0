;;; memento-notes-backlinks-test.el --- Tests of what leads to a note  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-notes-test-helper)

(defmacro memento-test-in-backlinks (&rest body)
  "Evaluate BODY in the window of the backlinks."
  (declare (indent 0) (debug t))
  `(with-selected-window (memento--backlinks-window) ,@body))

(defun memento-test-backlinks ()
  "Return the text of the backlinks."
  (with-current-buffer "*memento backlinks*"
    (buffer-substring-no-properties (point-min) (point-max))))

(ert-deftest memento-notes-backlinks-test-what-it-shows ()
  (memento-test-with-notes
    (memento-test-visit-note "emacs.org")
    (memento-notes-backlinks)
    (should (equal (buffer-name) "emacs.org"))
    (should (equal (buffer-local-value 'header-line-format (get-buffer "*memento backlinks*")) " Emacs"))
    (should (equal (memento-test-backlinks)
                   "Backlinks (2)

Garden
See id:emacs, and [cite:@stallman81].

Plan  House  PUBLIC
Tiles first, then the gutter. Drawn in my editor.

References to its sources (2)

Garden
See id:emacs, and [cite:@stallman81].

Garden
Also its page.

u shows its name without a link
"))
    (memento-test-in-backlinks
      (goto-char (point-min))
      (search-forward "my editor")
      (should (eq (get-text-property (1- (point)) 'face) 'memento-notes-link-here))
      (goto-char (point-min))
      (search-forward "See id:emacs")
      (should (eq (get-text-property (1- (point)) 'face) 'memento-notes-link-here))
      (execute-kbd-macro "u")
      (should (string-match-p "Its name without a link (1)\n\nGarden\n- Beans are sown in May, says Emacs\\." (memento-test-backlinks)))
      (should (string-match-p "u hides those without" (memento-test-backlinks)))
      (execute-kbd-macro "u")
      (should-not (string-match-p "Beans" (memento-test-backlinks)))
      (should-not (buffer-modified-p)))))

(ert-deftest memento-notes-backlinks-test-lines-go-on ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org")
    (memento-notes-backlinks)
    (should (string-match-p "^Plan  Garden\nDig the house side first, as it is in the shade\\.$" (memento-test-backlinks)))
    (should (equal (memento--backlinks-context "- one\n- two\n  goes on\n| a |\n1. b" "x") "- one\n- two goes on\n| a |\n1. b"))))

(ert-deftest memento-notes-backlinks-test-follows-point ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org")
    (memento-notes-backlinks)
    (should (string-match-p "\\`Backlinks (1)" (memento-test-backlinks)))
    (should (timerp memento--backlinks-timer))
    (search-forward "Tiles")
    (memento--backlinks-follow)
    (should (string-match-p "\\`Nothing leads here yet" (memento-test-backlinks)))
    ;; Another file, and what is no note.
    (memento-test-visit-note "emacs.org")
    (memento--backlinks-follow)
    (should (string-match-p "\\`Backlinks (2)" (memento-test-backlinks)))
    (find-file (memento-test-write "a.txt"))
    (memento--backlinks-follow)
    (should (string-match-p "\\`Backlinks (2)" (memento-test-backlinks)))
    (find-file (memento-test-write "b.org" "* No ID\n"))
    (memento--backlinks-follow)
    (should (string-match-p "\\`Point is in no note" (memento-test-backlinks)))
    (find-file (memento-test-write "c.org" "* An ID\n:PROPERTIES:\n:ID: elsewhere\n:END:\n"))
    (memento--backlinks-follow)
    (should (string-match-p "\\`This note is not in the index yet" (memento-test-backlinks)))
    ;; Nobody sees it any more: nothing is done for it.
    (delete-window (memento--backlinks-window))
    (memento--backlinks-follow)
    (should-not memento--backlinks-timer)))

(ert-deftest memento-notes-backlinks-test-follows-the-index ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org" "Tiles")
    (memento-notes-backlinks)
    (memento-test-write ".roam/new.org" ":PROPERTIES:\n:ID: new\n:END:\n#+title: New\n[[id:house-plan]]\n")
    (memento-test-in-backlinks (execute-kbd-macro "g"))
    (should (string-match-p "\\`Backlinks (1)\n\nNew\n" (memento-test-backlinks)))
    ;; Below headlines of the note that are none themselves.
    (memento-test-write ".roam/new.org" ":PROPERTIES:\n:ID: new\n:END:\n#+title: New\n* A\n** B\n[[id:house-plan]]\n")
    (memento-test-in-backlinks (execute-kbd-macro "g"))
    (should (string-match-p "\\`Backlinks (1)\n\nNew › A › B\n" (memento-test-backlinks)))
    ;; And when a note is saved here.
    (memento-test-visit-note "garden.org" "Dig")
    (memento-notes-mode 1)
    (insert "[[id:house-plan]] ")
    (memento-test-visit-note "house.org" "Tiles")
    (memento--backlinks-follow)
    (with-current-buffer "garden.org" (save-buffer))
    (memento-test-wait (lambda () (string-match-p "\\`Backlinks (2)" (memento-test-backlinks))))))

(ert-deftest memento-notes-backlinks-test-moves-and-visits ()
  (memento-test-with-notes
    (memento-test-visit-note "emacs.org")
    (memento-notes-backlinks)
    (memento-notes-backlinks)
    (should (eq (selected-window) (memento--backlinks-window)))
    (execute-kbd-macro "n")
    (should (looking-at-p "Garden"))
    (execute-kbd-macro "n")
    (should (looking-at-p "Plan  House"))
    (forward-line 1)
    (execute-kbd-macro "p")
    (should (looking-at-p "Garden"))
    (memento-test-should-refuse "No earlier place" (memento-notes-backlinks-previous 1))
    (memento-test-should-refuse "No further place" (memento-notes-backlinks-next 9))
    (goto-char (point-min))
    (memento-test-should-refuse "No place here: n goes to" (memento-notes-backlinks-visit))
    (execute-kbd-macro "nno")
    (should (eq (selected-window) (memento--backlinks-window)))
    (execute-kbd-macro (kbd "RET"))
    (should (equal (buffer-name) "house.org"))
    (should (looking-at-p "Tiles first"))
    (should (memento--backlinks-window))))

(ert-deftest memento-notes-backlinks-test-the-windows-come-back ()
  (memento-test-with-notes
    (let ((layout (lambda ()
                    (mapcar (lambda (window)
                              (list window (window-buffer window) (window-edges window) (window-point window)
                                    (window-start window)))
                            (window-list nil 'no-minibuffer)))))
      (memento-test-visit-note "house.org" "Letters")
      (dolist (split (list #'ignore
                           (lambda () (split-window-right 31))
                           (lambda () (split-window-right 23) (split-window-right 11) (split-window-below 5))))
        (delete-other-windows)
        (funcall split)
        (let ((before (funcall layout)))
          (memento-notes-backlinks)
          (should (memento--backlinks-window))
          ;; q in its window; and without going there.
          (select-window (memento--backlinks-window))
          (execute-kbd-macro "q")
          (should (equal (funcall layout) before))
          (memento-notes-backlinks)
          (memento-notes-backlinks-quit)
          (should (equal (funcall layout) before))))
      ;; What the person did meanwhile stays.
      (delete-other-windows)
      (memento-notes-backlinks)
      (memento-test-visit-note "garden.org" "Beans")
      (memento-notes-backlinks-quit)
      (should (equal (buffer-name) "garden.org"))
      (should (looking-at-p "Beans"))
      (should (= (length (window-list)) 1)))))

(ert-deftest memento-notes-backlinks-test-elsewhere ()
  (memento-test-with-notes
    (with-temp-buffer
      (switch-to-buffer (current-buffer))
      (memento-test-should-refuse "no Org file" (memento-notes-backlinks)))
    (should-not (memento--backlinks-window))))

;;; memento-notes-backlinks-test.el ends here
